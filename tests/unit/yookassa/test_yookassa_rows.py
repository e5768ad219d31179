"""Whatever stands in a row or in a notification, it is read or refused, and nothing else happens."""

import json
from contextlib import suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from orbit_adapters.payment_plugin.strict_json import MalformedAnswerError
from orbit_adapters.yookassa.answers import read_shown_payment, read_shown_refund
from orbit_adapters.yookassa.rows import PAYMENTS, REFUNDS
from orbit_adapters.yookassa.settings import YooKassaSettings
from orbit_adapters.yookassa.webhook import YooKassaWebhook
from orbit_domain.money import RUB
from orbit_domain.payment.source_record import Meaning
from orbit_domain.payment.webhook import WebhookRefused
from orbit_sandbox.yookassa.sim_yookassa import SHOP_ID

SETTINGS = YooKassaSettings(shop_id=SHOP_ID, secret_key=SecretStr("k" * 16), return_url="https://t.me/bot")
ROW: dict[str, Any] = {
    "id": "p1", "payment_id": "p0", "status": "succeeded", "paid": True, "test": False, "description": "d",
    "amount": {"value": "129.00", "currency": "RUB"}, "recipient": {"account_id": SHOP_ID},
    "created_at": "2026-11-21T10:00:00.000Z", "captured_at": "2026-11-21T10:01:00.000Z",
    "metadata": {"orbit_comment": "ORB", "orbit_payment_id": "1"}, "confirmation": {"confirmation_url": "https://x"},
}  # fmt: skip
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner))
amounts = st.fixed_dictionaries({"value": scalars | st.from_regex(r"[0-9]{0,4}\.?[0-9]{0,3}"), "currency": scalars})


@given(changes=st.dictionaries(st.sampled_from(sorted(ROW)), values | amounts, max_size=3))
def test_a_row_is_read_or_refused(changes: dict[str, Any]) -> None:
    """No value of any kind breaks the reader, and only roubles of a live shop are ever a deposit."""
    row = ROW | changes
    for read in (PAYMENTS.read, REFUNDS.read):
        with suppress(MalformedAnswerError):
            record = read(row, SETTINGS).record("yookassa:1", "")
            assert record.meaning is not Meaning.DEPOSIT or (record.amount.currency, row["test"]) == (RUB, False)
            assert json.loads(record.raw) == row
    with suppress(MalformedAnswerError):
        read_shown_payment(row, SETTINGS)
    with suppress(MalformedAnswerError):
        read_shown_refund(row)


@given(body=st.binary(max_size=60) | values.map(lambda value: json.dumps(value).encode()))
def test_a_notification_is_read_or_refused(body: bytes) -> None:
    """No body breaks the webhook."""
    with suppress(WebhookRefused):
        assert YooKassaWebhook(SETTINGS).read({}, body).payload == body.decode()

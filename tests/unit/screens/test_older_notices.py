"""Notices that an older version has stored are read and shown."""

from typing import Any

import pytest

from orbit_adapters.sql.notice_documents import notice_from
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.notices import notice_screen
from orbit_domain.money import RUB
from tests.unit.screens.view_examples import NOW, ORDER_ID, TG_ID

DOCUMENTS: tuple[dict[str, Any], ...] = (
    {
        "kind": "order_paid", "order_id": str(ORDER_ID), "plan_code": "sub_1m", "titles": {"ru": "1 месяц"},
        "price_kopecks": 12_900, "balance_kopecks": 0, "method": "ton", "ends_at": NOW.isoformat(),
    },
    {"kind": "period_ending", "reminder": "one_day", "ends_at": NOW.isoformat(), "plan_code": "sub_1m"},
    {
        "kind": "delivery_delayed", "order_id": str(ORDER_ID), "tg_id": TG_ID, "paid_at": NOW.isoformat(),
        "reason": "PanelUnavailable('main', 'timeout')",
    },
)  # fmt: skip


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document["kind"])
def test_a_notice_of_an_older_version_is_shown(document: dict[str, Any]) -> None:
    """What waits in the outbox during an upgrade is sent after it, without the facts that were unknown then."""
    screen = notice_screen(notice_from(document), Translator("en"), RUB)
    assert screen.text
    assert "None" not in screen.text


def test_the_amounts_of_an_older_notice_are_roubles() -> None:
    """They were written by a shop that is in roubles and stays so, and are as exact as on the day."""
    assert "₽129" in notice_screen(notice_from(DOCUMENTS[0]), Translator("en"), RUB).text

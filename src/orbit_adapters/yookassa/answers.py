"""What YooKassa answers, validated. Each reader raises MalformedAnswerError for what isn't documented."""

import re
from dataclasses import dataclass, field

from orbit_adapters.payment_plugin.strict_json import flag, name_of, text_of
from orbit_adapters.yookassa.amounts import money_of
from orbit_adapters.yookassa.rows import PAYMENT_ID, SUCCEEDED, Json, Row, check_shop, read_payment
from orbit_adapters.yookassa.settings import YooKassaSettings
from orbit_domain.money import Money

_PAGE_URL = re.compile(r"(https://|http://(localhost|127(\.\d{1,3}){3}|\[::1\])[:/])[!-~]{1,900}", re.ASCII)
_MAX_DESCRIPTION_CHARS = 250
_MAX_TITLE_CHARS = 100


@dataclass(frozen=True, slots=True)
class SavedMethod:
    """A way to pay that YooKassa keeps. Whoever has the shop's key and its `id` can charge it: no text shows the id."""

    id: str = field(repr=False)
    title: str


@dataclass(frozen=True, slots=True)
class ShownPayment:
    """A payment as YooKassa has it: its status, its page while it waits to be paid, its row once it is paid.

    `asks_customer`: it waits for its customer to confirm it. `saved` is the way to pay that was kept with it.
    """

    id: str
    status: str
    amount: Money
    is_test: bool
    payment_id: object
    url: str | None
    row: Row | None
    asks_customer: bool
    cancelled_for: str
    saved: SavedMethod | None


@dataclass(frozen=True, slots=True)
class ShownRefund:
    """A refund as YooKassa has it. `status` is pending, succeeded or canceled."""

    id: str
    status: str
    paid_by: str
    amount: Money
    description: str


@dataclass(frozen=True, slots=True)
class ShownShop:
    """The account that the key opens. `sends_receipts`: whether it has receipts (54-FZ); None: it doesn't say."""

    shop_id: str
    status: str
    is_test: bool
    sends_receipts: bool | None


def read_shown_payment(answer: Json, settings: YooKassaSettings) -> ShownPayment:
    """A payment in any status."""
    check_shop(answer, settings)
    status = name_of(answer, "status")
    metadata = answer.get("metadata")
    return ShownPayment(
        id=name_of(answer, "id"),
        status=status,
        amount=money_of(answer, "amount"),
        is_test=flag(answer, "test"),
        payment_id=metadata.get(PAYMENT_ID) if isinstance(metadata, dict) else None,
        url=_page(answer) if status == "pending" else None,
        row=read_payment(answer, settings) if status == SUCCEEDED else None,
        asks_customer=status == "pending" and isinstance(answer.get("confirmation"), dict),
        cancelled_for=_reason(answer),
        saved=_saved(answer),
    )


def read_shown_refund(answer: Json) -> ShownRefund:
    """A refund in any status."""
    return ShownRefund(
        id=name_of(answer, "id"),
        status=name_of(answer, "status"),
        paid_by=name_of(answer, "payment_id"),
        amount=money_of(answer, "amount"),
        description=text_of(answer, "description", _MAX_DESCRIPTION_CHARS) if answer.get("description") else "",
    )


def read_shown_shop(answer: Json) -> ShownShop:
    """The account."""
    receipts = answer.get("fiscalization_enabled")
    return ShownShop(
        shop_id=name_of(answer, "account_id"),
        status=name_of(answer, "status"),
        is_test=flag(answer, "test"),
        sends_receipts=receipts if isinstance(receipts, bool) else None,
    )


def _reason(answer: Json) -> str:
    """YooKassa's word for why a payment was cancelled; empty where it says none."""
    details = answer.get("cancellation_details")
    reason = details.get("reason") if isinstance(details, dict) else None
    return reason if isinstance(reason, str) else ""


def _saved(answer: Json) -> SavedMethod | None:
    method = answer.get("payment_method")
    if not isinstance(method, dict) or method.get("saved") is not True:
        return None
    title = text_of(method, "title", _MAX_TITLE_CHARS) if method.get("title") else name_of(method, "type")
    return SavedMethod(name_of(method, "id"), title)


def _page(answer: Json) -> str | None:
    """The page where the customer pays, if it is one to be led to: https, or on this machine."""
    confirmation = answer.get("confirmation")
    url = confirmation.get("confirmation_url") if isinstance(confirmation, dict) else None
    return url if isinstance(url, str) and _PAGE_URL.fullmatch(url) else None

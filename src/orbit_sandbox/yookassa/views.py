"""Payments, refunds and the account as YooKassa writes them."""

from datetime import UTC, datetime
from typing import Any

from orbit_sandbox.yookassa.records import SimPayment, SimRefund

_TITLES = {"bank_card": "Bank card *4444", "sbp": "SBP", "sberbank": "SberPay"}

Json = dict[str, Any]


def payment_view(payment: SimPayment, shop_id: str, url: str) -> Json:
    """A payment, with its page while it waits for its customer."""
    is_paid = payment.status in {"waiting_for_capture", "succeeded"}
    view: Json = {
        "id": payment.id,
        "status": payment.status,
        "amount": money_view(payment.units, payment.currency),
        "description": payment.description,
        "recipient": {"account_id": shop_id, "gateway_id": "1000001"},
        "created_at": stamp(payment.created_at),
        "test": payment.is_test,
        "paid": is_paid,
        "refundable": payment.status == "succeeded",
        "metadata": dict(payment.metadata),
    }
    if payment.status == "pending" and payment.wants_customer:
        view["confirmation"] = {"type": "redirect", "confirmation_url": f"{url}/pay/{payment.id}"}
    if is_paid:
        title = _TITLES.get(payment.way, payment.way)
        view["payment_method"] = {"type": payment.way, "id": payment.id, "saved": payment.saves_method, "title": title}
    if payment.captured_at is not None:
        view["captured_at"] = stamp(payment.captured_at)
        # What the shop gets: nothing of it is ever booked.
        view["income_amount"] = money_view(payment.units * 965 // 1000, payment.currency)
        view["refunded_amount"] = money_view(payment.returned_units, payment.currency)
    if payment.status == "canceled":
        view["cancellation_details"] = {"party": "payment_network", "reason": payment.cancelled_for}
    return view


def refund_view(refund: SimRefund) -> Json:
    """A refund."""
    return {
        "id": refund.id,
        "payment_id": refund.payment_id,
        "status": refund.status,
        "created_at": stamp(refund.created_at),
        "amount": money_view(refund.units, refund.currency),
        "description": refund.description,
    }


def money_view(units: int, currency: str) -> Json:
    """An amount: a decimal in a string, with two digits behind the point."""
    return {"value": f"{units // 100}.{units % 100:02d}", "currency": currency}


def stamp(at: datetime) -> str:
    """A time in UTC with whole milliseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"

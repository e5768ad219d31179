"""What YooKassa is asked for. The same payment, or the same refund, always makes the same body."""

from typing import Any

from orbit_adapters.yookassa.rows import COMMENT, PAYMENT_ID
from orbit_adapters.yookassa.settings import YooKassaSettings
from orbit_domain.money import Money
from orbit_domain.payment.payment import CardUse, Payment

_MAX_DESCRIPTION_CHARS = 128


def payment_body(payment: Payment, settings: YooKassaSettings) -> dict[str, Any]:
    """A payment of what is due, taken at once, by whichever way the customer chooses on YooKassa's page."""
    body = _payment(payment, settings) | {"confirmation": {"type": "redirect", "return_url": settings.return_url}}
    return body | {"save_payment_method": True} if payment.card is CardUse.KEEP else body


def charge_body(payment: Payment, saved: str, settings: YooKassaSettings) -> dict[str, Any]:
    """The same from the *saved* way to pay, without its customer."""
    return _payment(payment, settings) | {"payment_method_id": saved}


def _payment(payment: Payment, settings: YooKassaSettings) -> dict[str, Any]:
    due = payment.quote.due
    body = {
        "amount": amount(due),
        "capture": True,
        "description": f"{settings.title} {payment.comment}"[:_MAX_DESCRIPTION_CHARS],
        "metadata": {PAYMENT_ID: str(payment.id), COMMENT: payment.comment},
    }
    return body | _receipt(due, settings)


def refund_body(payment_id: str, due: Money, description: str, settings: YooKassaSettings) -> dict[str, Any]:
    """A refund of a part or of all of YooKassa's payment *payment_id*."""
    body = {"payment_id": payment_id, "amount": amount(due), "description": description}
    return body | _receipt(due, settings)


def amount(money: Money) -> dict[str, str]:
    """*money* in YooKassa's form, with exactly two digits behind the point."""
    return {"value": f"{money.units // 100}.{money.units % 100:02d}", "currency": money.currency.code}


def _receipt(due: Money, settings: YooKassaSettings) -> dict[str, Any]:
    """The receipt by 54-FZ, where the owner has switched it on: one service, paid in full."""
    if settings.vat_code is None:
        return {}
    item = {
        "description": settings.title,
        "quantity": "1.00",
        "amount": amount(due),
        "vat_code": settings.vat_code,
        "payment_mode": "full_payment",
        "payment_subject": "service",
    }
    receipt: dict[str, Any] = {"customer": {"email": settings.receipt_email}, "items": [item]}
    if settings.tax_system is not None:
        receipt["tax_system_code"] = settings.tax_system
    return {"receipt": receipt}

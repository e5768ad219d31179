"""Whether a payment method may be offered now, and for how much."""

from datetime import datetime, timedelta

from orbit_domain.money import Money
from orbit_domain.order.order import Order
from orbit_domain.payment.payment import Method
from orbit_domain.payment.ports import Gateways, MethodUnavailable, PaymentGateway
from orbit_domain.steps.recurring_payment import is_charged_again
from orbit_domain.storage import Transaction

STALE_AFTER = timedelta(minutes=10)
"""Before its first reading, or when the watermark is older, money sent would be credited late."""


async def is_offered(tx: Transaction, gateway: PaymentGateway, now: datetime) -> bool:
    """Whether the source of *gateway* keeps up, so that the method may be offered at *now*."""
    cursor = await tx.cursors.get(gateway.source)
    return cursor is not None and cursor.watermark is not None and now - cursor.watermark <= STALE_AFTER


def gateway_for_new(gateways: Gateways, method: Method) -> PaymentGateway:
    """The gateway of *method* for a new payment. Raises MethodUnavailable when it is switched off or isn't set up."""
    found = next((one for one in gateways.offered() if one.method == method), None)
    if found is None:
        raise MethodUnavailable(method, "it is switched off")
    return found


async def amount_asked(
    tx: Transaction, gateway: PaymentGateway, order: Order, missing: Money, now: datetime
) -> Money | None:
    """What *gateway* asks for an *order* that lacks *missing*; None: it can't be paid by this way.

    Of ways that repeat a customer has one at most, and none repeats a gift, nor a price that a discount has made for
    once.
    """
    if gateway.terms.policy.repeats and (order.discount is not None or order.is_gift):
        return None
    asked = gateway.terms.asked(missing, order.price, order.terms.duration)
    if asked is not None and gateway.terms.policy.repeats and await is_charged_again(tx, order.tg_id, now):
        return None
    return asked

"""`orbit refund order` and `orbit refund payment`."""

import asyncio

from orbit_domain.ids import OrderId, PaymentId
from orbit_domain.payment.ports import GatewayUnavailable
from orbit_domain.use_cases.refund_order import RefundOrder
from orbit_domain.use_cases.refund_payment import RefundPayment
from orbit_entry.commands.actor import this_actor
from orbit_entry.commands.amounts import amount
from orbit_entry.commands.opened_shop import opened_shop, typed_id
from orbit_entry.commands.terminal import show
from orbit_entry.config.reading import read_settings
from orbit_entry.config.settings import Settings


def refund_order(order: str, reason: str) -> int:
    """Refund *order* to the balance. Returns 1 for what isn't an id.

    Raises Refusal, StorageError, CannotStart (the records are in another currency).
    """
    order_id = typed_id(order, "orbit explain USER")
    return 1 if order_id is None else asyncio.run(_refund_order(read_settings(Settings), OrderId(order_id), reason))


def refund_payment(payment: str, reason: str) -> int:
    """Send *payment* back. Returns 1 for what isn't an id, and when the outcome isn't known. Raises as above."""
    payment_id = typed_id(payment, "orbit explain USER")
    if payment_id is None:
        return 1
    return asyncio.run(_refund_payment(read_settings(Settings), PaymentId(payment_id), reason))


async def _refund_order(settings: Settings, order_id: OrderId, reason: str) -> int:
    async with opened_shop(settings) as container:
        given = await (await container.get(RefundOrder))(order_id, f"cli:{this_actor()}", reason)
    show(f"{amount(given.amount)} are on the balance of user {given.tg_id} again.")
    if given.ends_at is not None:
        show(f"Their subscription ends at {given.ends_at.isoformat(timespec='seconds')}.")
    return 0


async def _refund_payment(settings: Settings, payment_id: PaymentId, reason: str) -> int:
    try:
        async with opened_shop(settings) as container:
            sent = await (await container.get(RefundPayment))(payment_id, f"cli:{this_actor()}", reason)
    except GatewayUnavailable as error:
        show(f"Nobody knows whether it was sent ({error}).", "Next: the same command again; it sends once.", error=True)
        return 1
    went = "went back before" if sent.refund_id is None else f"go back as {sent.refund_id}"
    show(f"{amount(sent.amount)} of user {sent.tg_id} {went}.")
    return 0

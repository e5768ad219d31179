"""Whether a customer's subscription renews by itself, and what the customer wants of that."""

from datetime import datetime

from orbit_domain.ids import OrderId, TelegramId
from orbit_domain.payment.payment import Payment, PaymentStatus
from orbit_domain.payment.recurrence import RecurrenceState, RenewalWish
from orbit_domain.storage import Transaction


async def is_charged_again(tx: Transaction, tg_id: TelegramId, now: datetime) -> bool:
    """Whether another charge of the user is to be expected, so that nothing else may repeat beside it."""
    payments = await tx.payments.recurring(tg_id)
    return any(one.recurrence is not None and one.recurrence.is_running(now) for one in payments)


async def renews_by_itself(tx: Transaction, tg_id: TelegramId, ends_at: datetime, now: datetime) -> bool:
    """Whether a charge is to be expected before the subscription that ends at *ends_at* is over."""
    payments = await tx.payments.recurring(tg_id)
    return any(one.recurrence is not None and one.recurrence.renews(ends_at, now) for one in payments)


async def current_renewal(tx: Transaction, tg_id: TelegramId, now: datetime) -> Payment | None:
    """The user's payment that is charged again, or was until lately: one that isn't stopped, then the newest."""
    found = [
        (one.recurrence.state is not RecurrenceState.CANCELED, one.recurrence.charged_at, one)
        for one in await tx.payments.recurring(tg_id)
        if one.recurrence is not None and not one.recurrence.is_over(now)
    ]
    return max(found, key=lambda one: one[:2])[2] if found else None


async def wish_for(tx: Transaction, payment: Payment, wish: RenewalWish, now: datetime) -> bool:
    """Record *wish*; False when it makes no difference any more. The caller has locked user and payment."""
    recurrence = payment.recurrence
    if recurrence is None or not recurrence.admits(wish, now):
        return False
    await tx.payments.save(payment.recur(recurrence.ask(wish)))
    return True


async def stop_renewal_of(tx: Transaction, order_id: OrderId, now: datetime) -> None:
    """Wish that nothing more is charged, when the order was paid by a charge that repeats. The caller has locked the
    user, and the order not yet."""
    paid = [one for one in await tx.payments.of_order(order_id) if one.status is PaymentStatus.CONFIRMED]
    if not any(one.policy.repeats for one in paid):
        return
    renewal = await current_renewal(tx, paid[0].tg_id, now)
    if renewal is not None:
        await wish_for(tx, await tx.payments.lock(renewal.id), RenewalWish.STOP, now)

"""What was bought with money that has gone back ends, and what isn't used of its price pays for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from math import floor

from orbit_domain.ids import Ids, OrderId, TelegramId
from orbit_domain.ledger.reversal_entries import time_refunded
from orbit_domain.money import Money
from orbit_domain.order.order import Order, OrderState
from orbit_domain.steps.collect_debt import collect_debt
from orbit_domain.steps.extend_subscription import rates_of
from orbit_domain.steps.take_back_order import GivenBack, lock_to_take_back, shorten, take_back_order
from orbit_domain.storage import Transaction
from orbit_domain.subscription.subscription import Grant, reversal_cause
from orbit_domain.subscription.worth import seconds_worth, unused_part, worth

_LOOKED_THROUGH = 100


@dataclass(frozen=True, slots=True)
class Stopped:
    """How many orders were taken back, and how many joined by a change of plan are shorter now."""

    stopped: int = 0
    shortened: int = 0


@dataclass(frozen=True, slots=True)
class LostMoney:
    """Money of a customer that came at *credited_at* and has gone back. It was meant for the order *meant_for*.

    *of_period*: it was one charge of a payment that repeats, and paid for its own period alone.
    """

    tg_id: TelegramId
    credited_at: datetime
    meant_for: OrderId | None
    reason: str
    of_period: bool = False


async def stop_orders(tx: Transaction, lost: LostMoney, ids: Ids, now: datetime) -> Stopped:
    """Take back the order that it was meant for, and then, newest first, others paid since while a debt is left.

    What was used of an order stays paid for, so the debt stays for it. Time that went into another plan can't be told
    from other time: as much of it as the debt is worth is taken back. Money *of_period* takes no other order back.
    The caller has locked the user.
    """
    stopped = converted = 0
    for listed in await _bought_since(tx, lost):
        if listed.id != lost.meant_for and (lost.of_period or not await tx.ledger.debt(lost.tg_id)):
            break
        order = await lock_to_take_back(tx, listed.id)
        left = await _unused_part(tx, order, now)
        if left is None:
            if not converted:
                await _shorten(tx, lost, now)
            converted += 1
        elif amount := floor(order.price.units * left):
            given = GivenBack(Money(amount, order.price.currency), "system", lost.reason)
            await take_back_order(tx, order, given, ids, now)
            stopped += 1
    return Stopped(stopped, converted)


async def _unused_part(tx: Transaction, order: Order, now: datetime) -> Fraction | None:
    """All of a gift that isn't taken; None: the order's time can't be told from other time."""
    if order.awaits_taker:
        return Fraction(1)
    return unused_part(await tx.grants.of_user(order.holder), order.id, now)


async def _shorten(tx: Transaction, lost: LostMoney, now: datetime) -> None:
    """Take back the time that is worth the debt, or all that is left, from its end."""
    debt, user = await tx.ledger.debt(lost.tg_id), await tx.users.get(lost.tg_id)
    grants = await tx.grants.of_user(lost.tg_id)
    rates = await rates_of(tx, grants)
    value = worth(grants, rates, now)
    if not debt or not value or user is None:
        return
    seconds = seconds_worth(debt, grants, rates, now)
    if not seconds:
        return
    grant = Grant(reversal_cause(lost.reason), lost.tg_id, -seconds, now)
    amount = Money(floor(value - worth([*grants, grant], rates, now)), user.balance.currency)
    await shorten(tx, grant, now)
    if amount.units:
        await tx.ledger.post(time_refunded(lost.tg_id, amount, grant.cause, now))
        await collect_debt(tx, lost.tg_id, grant.cause, now)


async def _bought_since(tx: Transaction, lost: LostMoney) -> Sequence[Order]:
    """The orders that the money may have paid: what it was meant for first, then the newest."""
    paid = [
        (order.id == lost.meant_for, order.paid_at, order)
        for order in await tx.orders.newest(lost.tg_id, _LOOKED_THROUGH)
        if order.state in (OrderState.PAID, OrderState.DELIVERED)
        and not order.price.is_zero
        and order.paid_at is not None
        and order.paid_at >= lost.credited_at
    ]
    return [order for *_, order in sorted(paid, key=lambda one: one[:2], reverse=True)]

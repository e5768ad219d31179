"""An order's own time is taken back, and keys without time stop working."""

from dataclasses import dataclass
from datetime import datetime

from orbit_domain.ids import Ids, OrderId, PlanCode, TelegramId
from orbit_domain.ledger.ledger import REFUNDS, Entry, EntryKind, Line, user_account
from orbit_domain.money import Money
from orbit_domain.notice.gift_notices import GiftTakenBack
from orbit_domain.notice.notice import InvoiceChanged
from orbit_domain.order.order import Order, OrderNotRefundable, RefundProblem
from orbit_domain.steps.collect_debt import collect_debt
from orbit_domain.steps.notify import notify
from orbit_domain.steps.owe_reward import take_back_reward
from orbit_domain.storage import Transaction
from orbit_domain.subscription.subscription import GRACE, Grant, Subscription, order_cause, refund_cause
from orbit_domain.subscription.worth import seconds_to_take_back


@dataclass(frozen=True, slots=True)
class GivenBack:
    """*amount*, all of an order's price or a part, goes back to the balance: who says so, and why."""

    amount: Money
    actor: str
    reason: str


async def lock_to_take_back(tx: Transaction, order_id: OrderId) -> Order:
    """The order, held, and with it whose time it is. The caller has locked who has paid. Raises NoSuchOrder."""
    order = await tx.orders.lock(order_id)
    if order.holder != order.tg_id:
        await tx.users.lock(order.holder)
    return order


async def take_back_order(tx: Transaction, order: Order, given: GivenBack, ids: Ids, now: datetime) -> Subscription:
    """Make *order*, as `lock_to_take_back` gives it, a refunded one; the subscription without its own time.

    The time of a gift is taken back from whoever has taken it; nobody takes a gift any more whose price went back.
    Raises OrderNotRefundable; nothing is recorded then.
    """
    refunded = order.refund()
    subscription = await _take_back(tx, order, now)
    await tx.orders.save(refunded)
    if order.holder != order.tg_id:
        await notify(tx, ids, order.holder, _taken_back(order, subscription, now), now)
    await take_back_reward(tx, order)
    entry = order_refunded(order, given, now)
    await tx.ledger.post(entry)
    await collect_debt(tx, order.tg_id, entry.ref, now)
    for message in await tx.invoice_messages.of_order(order.id):
        await notify(tx, ids, order.tg_id, InvoiceChanged(message.payment_id, refunded.state), now)
    return subscription


def order_refunded(order: Order, given: GivenBack, at: datetime) -> Entry:
    """What is *given* back of the price of *order*, once."""
    amount = given.amount
    lines = (
        Line(REFUNDS, -amount.units, amount.currency),
        Line(user_account(order.tg_id), amount.units, amount.currency),
    )
    return Entry(EntryKind.REFUND, order_cause(order.id), lines, at, given.actor, given.reason)


async def _take_back(tx: Transaction, order: Order, now: datetime) -> Subscription:
    """The holder's subscription without the order's own time, and the keys with its end."""
    if order.awaits_taker:
        return await tx.subscriptions.get(order.tg_id)
    seconds = seconds_to_take_back(await tx.grants.of_user(order.holder), order.id, now)
    if seconds is None:
        raise OrderNotRefundable(order.id, RefundProblem.PLAN_CHANGED)
    return await shorten(tx, Grant(refund_cause(order.id), order.holder, -seconds, now), now)


def _taken_back(order: Order, subscription: Subscription, now: datetime) -> GiftTakenBack:
    ends_at = subscription.ends_at or now
    return GiftTakenBack(order.id, order.terms.code, dict(order.terms.titles), ends_at, is_over=ends_at <= now)


async def shorten(tx: Transaction, grant: Grant, now: datetime) -> Subscription:
    """The subscription with the negative *grant*, and the keys with its end. The caller has locked the user."""
    before = await tx.subscriptions.get(grant.tg_id)
    after = before.extend(grant, before.plan_code or PlanCode(""))
    await tx.grants.add(grant)
    await tx.subscriptions.save(after)
    await _change_keys(tx, grant.tg_id, after.ends_at or now, now)
    return after


async def _change_keys(tx: Transaction, tg_id: TelegramId, ends_at: datetime, now: datetime) -> None:
    for listed in await tx.keys.of_user(tg_id):
        # A worker may be placing or postponing it just now: what it recorded is kept.
        key = await tx.keys.lock(listed.id)
        if key is None:
            continue
        # One that is off, by a ban or because the plan gives fewer keys, stays so.
        if ends_at > now and key.enabled:
            await tx.keys.save(key.request_change(ends_at + GRACE, key.traffic_bytes, now))
        else:
            await tx.keys.save(key.revoke(ends_at + GRACE, now))

"""The owner gives the price of an order back to its customer's balance."""

from dataclasses import dataclass
from datetime import datetime

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, OrderId, TelegramId
from orbit_domain.ledger.ledger import REFUNDS, Entry, EntryKind, Line, user_account
from orbit_domain.money import Money
from orbit_domain.notice.notice import InvoiceChanged, OrderRefunded
from orbit_domain.order.order import NoSuchOrder, Order, OrderNotRefundable, RefundProblem
from orbit_domain.steps.notify import notify
from orbit_domain.storage import AdminAction, Storage, Transaction, subject_of
from orbit_domain.subscription.subscription import GRACE, Grant, Subscription, order_cause, refund_cause
from orbit_domain.subscription.worth import seconds_to_take_back


@dataclass(frozen=True, slots=True)
class RefundedOrder:
    """What was given back to whom, and when the customer's time ends now."""

    tg_id: TelegramId
    amount: Money
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """The price goes to the balance, the order's own time is taken back, keys without time stop working. Once.

    Raises NoSuchOrder, and OrderNotRefundable: not paid, refunded already, free, or the plan was changed by it or
    since, so that its time can't be told from other time.
    """

    storage: Storage
    clock: Clock
    ids: Ids

    async def __call__(self, order_id: OrderId, actor: str, reason: str) -> RefundedOrder:
        async with self.storage.transaction() as tx:
            found = await tx.orders.get(order_id)
            if found is None:
                raise NoSuchOrder(order_id)
            await tx.users.lock(found.tg_id)
            order = await tx.orders.lock(order_id) or found
            now = self.clock.now()
            refunded = order.refund()
            subscription = await self._take_back(tx, order, now)
            await tx.orders.save(refunded)
            await tx.ledger.post(order_refunded(order, now, actor, reason))
            await self._tell(tx, refunded, subscription, now)
            subject = subject_of(order.tg_id)
            await tx.admin_log.add(AdminAction(self.ids.uuid(), actor, "refund_order", subject, reason, now))
            return RefundedOrder(order.tg_id, order.price, subscription.ends_at)

    async def _take_back(self, tx: Transaction, order: Order, now: datetime) -> Subscription:
        """The subscription without the order's own time, and the keys with its end."""
        seconds = seconds_to_take_back(await tx.grants.of_user(order.tg_id), order.id, now)
        if seconds is None:
            raise OrderNotRefundable(order.id, RefundProblem.PLAN_CHANGED)
        before = await tx.subscriptions.get(order.tg_id)
        grant = Grant(refund_cause(order.id), order.tg_id, -seconds, now)
        after = before.extend(grant, before.plan_code or order.terms.code)
        await tx.grants.add(grant)
        await tx.subscriptions.save(after)
        await _change_keys(tx, order.tg_id, after.ends_at or now, now)
        return after

    async def _tell(self, tx: Transaction, order: Order, subscription: Subscription, now: datetime) -> None:
        user = await tx.users.get(order.tg_id)
        notice = OrderRefunded(
            order_id=order.id,
            plan_code=order.terms.code,
            titles=dict(order.terms.titles),
            price_kopecks=order.price.units,
            balance_kopecks=user.balance.units if user else 0,
            ends_at=subscription.ends_at or now,
            is_over=(subscription.ends_at or now) <= now,
        )
        await notify(tx, self.ids, order.tg_id, notice, now)
        for message in await tx.invoice_messages.of_order(order.id):
            await notify(tx, self.ids, order.tg_id, InvoiceChanged(message.payment_id, order.state), now)


async def _change_keys(tx: Transaction, tg_id: TelegramId, ends_at: datetime, now: datetime) -> None:
    for listed in await tx.keys.of_user(tg_id):
        # A worker may be placing or postponing it just now: what it recorded is kept.
        key = await tx.keys.lock(listed.id)
        if key is None:
            continue
        if ends_at > now:
            await tx.keys.save(key.request_change(ends_at + GRACE, key.traffic_bytes, now))
        else:
            await tx.keys.save(key.revoke(ends_at + GRACE, now))


def order_refunded(order: Order, at: datetime, actor: str, reason: str) -> Entry:
    """The price of *order* goes back to its customer's balance."""
    price = order.price
    lines = (Line(REFUNDS, -price.units, price.currency), Line(user_account(order.tg_id), price.units, price.currency))
    return Entry(EntryKind.REFUND, order_cause(order.id), lines, at, actor, reason)

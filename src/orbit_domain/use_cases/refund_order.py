"""The owner gives the price of an order back to its customer's balance."""

from dataclasses import dataclass
from datetime import datetime

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, OrderId, TelegramId
from orbit_domain.money import Money
from orbit_domain.notice.notice import OrderRefunded
from orbit_domain.order.order import NoSuchOrder, Order
from orbit_domain.steps.notify import notify
from orbit_domain.steps.recurring_payment import stop_renewal_of
from orbit_domain.steps.require_permission import Actor, permitted_actor
from orbit_domain.steps.take_back_order import GivenBack, lock_to_take_back, take_back_order
from orbit_domain.storage import AdminAction, Storage, Transaction, subject_of
from orbit_domain.subscription.subscription import Subscription
from orbit_domain.user.permission import Permission


@dataclass(frozen=True, slots=True)
class RefundedOrder:
    """What was given back to whom, and when the time ends now that it was part of: of a gift the taker's."""

    tg_id: TelegramId
    amount: Money
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """The price goes to the balance, the order's own time is taken back, keys without time stop working. Once.

    A gift's price goes to its giver, and its time is taken back from its taker.

    Where a charge that repeats had paid it, the messenger is asked to charge no more.

    Raises NotPermitted, NoSuchOrder, and OrderNotRefundable: not paid, refunded already, free, or the plan was
    changed by it or since, so that its time can't be told from other time.
    """

    storage: Storage
    clock: Clock
    ids: Ids

    async def __call__(self, order_id: OrderId, actor: Actor, reason: str) -> RefundedOrder:
        async with self.storage.transaction() as tx:
            name = await permitted_actor(tx, actor, Permission.REFUND_ORDERS)
            found = await tx.orders.get(order_id)
            if found is None:
                raise NoSuchOrder(order_id)
            for tg_id in sorted({found.tg_id, found.holder}):
                await tx.users.lock(tg_id)
            now = self.clock.now()
            await stop_renewal_of(tx, order_id, now)
            order = await lock_to_take_back(tx, order_id)
            given = GivenBack(order.price, name, reason)
            subscription = await take_back_order(tx, order, given, self.ids, now)
            await self._tell(tx, order, subscription, now)
            subject = subject_of(order.tg_id)
            await tx.admin_log.add(AdminAction(self.ids.uuid(), name, "refund_order", subject, reason, now))
            return RefundedOrder(order.tg_id, order.price, subscription.ends_at)

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
            is_gift=order.is_gift,
        )
        await notify(tx, self.ids, order.tg_id, notice, now)

"""A customer tries the shop for free, once."""

from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, OrderId, TelegramId
from orbit_domain.order.order import NoSuchOrder, Order, OrderState, TrialUsed, trial_nonce
from orbit_domain.payment.payment import BALANCE
from orbit_domain.plan.plan import TRIAL, NoSuchPlan
from orbit_domain.steps.pay_order import pay_order
from orbit_domain.storage import Storage


@dataclass(frozen=True, slots=True)
class StartTrial:
    """Give the trial's time through an order that costs nothing. The same button again finds the same order.

    Raises NoSuchUser, NoSuchPlan (the shop has no trial now), TrialUsed, NoSuchOrder.
    """

    storage: Storage
    clock: Clock
    ids: Ids

    async def __call__(self, tg_id: TelegramId) -> Order:
        now = self.clock.now()
        nonce = trial_nonce(tg_id)
        async with self.storage.transaction() as tx:
            user = await tx.users.lock(tg_id)
            known = await tx.orders.by_nonce(tg_id, nonce)
            if known is not None and not known.is_open:
                return known
            subscription = await tx.subscriptions.get(tg_id)
            if subscription.ends_at is not None:
                raise TrialUsed(subscription.ends_at)
            plan = await tx.plans.get(TRIAL)
            if plan is None or not plan.active:
                raise NoSuchPlan(TRIAL)
            if user.trial_used_at is not None:
                raise TrialUsed(user.trial_used_at)
            wish = Order(OrderId(self.ids.uuid()), tg_id, nonce, plan.terms, plan.price, OrderState.OPEN, now)
            order = await tx.orders.add_if_absent(wish)
            if order.tg_id != tg_id:
                raise NoSuchOrder(order.id)
            return await pay_order(tx, order, BALANCE, now, self.ids)

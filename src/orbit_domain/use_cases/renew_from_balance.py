"""A customer renews the current plan with one tap, from the balance."""

from dataclasses import dataclass
from datetime import datetime

from orbit_domain.clock import Clock
from orbit_domain.errors import Refusal
from orbit_domain.ids import Ids, Nonce, OrderId, PlanCode, TelegramId
from orbit_domain.ledger.ledger import InsufficientBalance
from orbit_domain.money import Money
from orbit_domain.order.order import NoSuchOrder, Order, OrderState, plan_nonce, renewal_nonce
from orbit_domain.payment.payment import BALANCE
from orbit_domain.plan.plan import NoSuchPlan
from orbit_domain.steps.pay_order import pay_order
from orbit_domain.steps.renew_by_itself import waiting_renewal
from orbit_domain.storage import Storage, Transaction


@dataclass(eq=False)
class RenewalOutdated(Refusal):
    """The offer isn't that of now: the period was renewed meanwhile, or the price has changed to *price*."""

    price: Money


@dataclass(frozen=True, slots=True)
class RenewFromBalance:
    """Make the order of the reminder's button and pay it, in one transaction; a second tap changes nothing.

    Without enough on the balance, which was spent since the reminder, the order stays open: its checkout says what is
    missing. Raises NoSuchUser, NoSuchPlan, NoSuchOrder, RenewalOutdated, OrderClosed (refunded), PromoLost.
    """

    storage: Storage
    clock: Clock
    ids: Ids

    async def __call__(self, tg_id: TelegramId, plan_code: PlanCode, nonce: Nonce) -> Order:
        now = self.clock.now()
        async with self.storage.transaction() as tx:
            await tx.users.lock(tg_id)
            order = await tx.orders.by_nonce(tg_id, plan_nonce(plan_code, nonce))
            if order is None:
                order = await self._order(tx, tg_id, plan_code, nonce, now)
            else:
                # A checkout may have made it, at another price, or the period was renewed by another order.
                await _require_offered(tx, order, nonce)
            order = await tx.orders.lock(order.id)
            if order.state in (OrderState.PAID, OrderState.DELIVERED):
                return order
            try:
                return await pay_order(tx, order, BALANCE, now, self.ids)
            except InsufficientBalance:
                return order

    async def _order(
        self, tx: Transaction, tg_id: TelegramId, plan_code: PlanCode, nonce: Nonce, now: datetime
    ) -> Order:
        plan = await tx.plans.get(plan_code)
        if plan is None or not plan.active or plan.terms.is_trial:
            raise NoSuchPlan(plan_code)
        subscription = await tx.subscriptions.get(tg_id)
        ends_at = subscription.ends_at
        if ends_at is None or nonce != renewal_nonce(tg_id, plan_code, ends_at, plan.price):
            raise RenewalOutdated(plan.price)
        # One that waits since the plan had another price: with a second one the period could be bought twice.
        waiting = await waiting_renewal(tx, subscription, plan.price)
        if waiting is not None and plan.price.covers(waiting.price):
            return waiting
        wish = plan_nonce(plan_code, nonce)
        order = await tx.orders.add_if_absent(
            Order(OrderId(self.ids.uuid()), tg_id, wish, plan.terms, plan.price, OrderState.OPEN, now)
        )
        if order.tg_id != tg_id:
            raise NoSuchOrder(order.id)
        return order


async def _require_offered(tx: Transaction, order: Order, nonce: Nonce) -> None:
    """Raises RenewalOutdated unless an open *order* is what the reminder's button of *nonce* offers."""
    ends_at = (await tx.subscriptions.get(order.tg_id)).ends_at
    is_offered = ends_at and nonce == renewal_nonce(order.tg_id, order.terms.code, ends_at, order.full_price)
    if order.is_open and not is_offered:
        raise RenewalOutdated(order.price)

"""A customer pays an order with what is on the balance."""

from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, OrderId, TelegramId
from orbit_domain.order.order import NoSuchOrder, Order, OrderState
from orbit_domain.payment.payment import BALANCE
from orbit_domain.steps.pay_order import pay_order
from orbit_domain.storage import Storage


@dataclass(frozen=True, slots=True)
class PayFromBalance:
    """Debit the price and grant the time, once. A paid order stays as it is.

    Raises NoSuchUser, NoSuchOrder, OrderClosed (cancelled), InsufficientBalance, PromoLost (the next look at the order
    shows its new price).
    """

    storage: Storage
    clock: Clock
    ids: Ids

    async def __call__(self, tg_id: TelegramId, order_id: OrderId) -> Order:
        now = self.clock.now()
        async with self.storage.transaction() as tx:
            await tx.users.lock(tg_id)
            order = await tx.orders.lock(order_id)
            if order.tg_id != tg_id:
                raise NoSuchOrder(order_id)
            if order.state in (OrderState.PAID, OrderState.DELIVERED):
                return order
            return await pay_order(tx, order, BALANCE, now, self.ids)

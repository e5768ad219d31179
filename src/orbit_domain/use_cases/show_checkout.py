"""A customer comes back to an order."""

from dataclasses import dataclass

from orbit_domain.ids import OrderId, TelegramId
from orbit_domain.order.order import NoSuchOrder
from orbit_domain.storage import Storage
from orbit_domain.use_cases.open_checkout import Checkout, OpenCheckout


@dataclass(frozen=True, slots=True)
class ShowCheckout:
    """Show an order of this user again, with what it lacks now. Raises NoSuchOrder, NoSuchUser."""

    storage: Storage
    open_checkout: OpenCheckout

    async def __call__(self, tg_id: TelegramId, order_id: OrderId) -> Checkout:
        async with self.storage.transaction() as tx:
            order = await tx.orders.get(order_id)
        if order is None or order.tg_id != tg_id:
            raise NoSuchOrder(order_id)
        return await self.open_checkout.look(order)

"""A customer chooses how to pay what an order still lacks."""

from dataclasses import dataclass

from orbit_domain.ids import OrderId, TelegramId
from orbit_domain.money import Money
from orbit_domain.order.order import NoSuchOrder, OrderClosed
from orbit_domain.payment.payment import Method
from orbit_domain.steps.open_payment import Opening
from orbit_domain.storage import Storage
from orbit_domain.use_cases.show_payment import PaymentView, ShowPayment
from orbit_domain.user.user import NoSuchUser


@dataclass(eq=False)
class OrderAlreadyCovered(OrderClosed):
    """The balance covers this order: it is paid from there."""


@dataclass(frozen=True, slots=True)
class RequestPayment:
    """Ask for exactly what is missing. Raises NoSuchOrder, OrderClosed, OrderAlreadyCovered, MethodUnavailable."""

    storage: Storage
    opening: Opening
    show_payment: ShowPayment

    async def __call__(self, tg_id: TelegramId, order_id: OrderId, method: Method) -> PaymentView:
        missing = await self._missing(tg_id, order_id)
        payment = await self.opening.payment(tg_id, method, missing, order_id)
        # Replacing a half-paid request has credited the half, so less is missing now.
        left = await self._missing(tg_id, order_id)
        if left != missing:
            payment = await self.opening.payment(tg_id, method, left, order_id)
        return await self.show_payment(tg_id, payment.id)

    async def _missing(self, tg_id: TelegramId, order_id: OrderId) -> Money:
        async with self.storage.transaction() as tx:
            user = await tx.users.get(tg_id)
            order = await tx.orders.get(order_id)
        if user is None:
            raise NoSuchUser(tg_id)
        if order is None or order.tg_id != tg_id:
            raise NoSuchOrder(order_id)
        if not order.is_open:
            raise OrderClosed(order_id, order.state)
        missing = order.price.minus(user.balance)
        if missing.is_zero:
            raise OrderAlreadyCovered(order_id, order.state)
        return missing

"""What a customer is asked for, to pay an order by one method."""

from datetime import datetime

from orbit_domain.ids import OrderId, TelegramId
from orbit_domain.order.order import NoSuchOrder, OrderClosed
from orbit_domain.payment.payment import CardUse, Method
from orbit_domain.payment.ports import Gateways, MethodUnavailable
from orbit_domain.steps.collect_debt import missing_for
from orbit_domain.steps.method_availability import amount_asked
from orbit_domain.steps.open_payment import PaymentRequest
from orbit_domain.storage import Transaction
from orbit_domain.user.user import NoSuchUser


async def request_for_order(
    tx: Transaction,
    tg_id: TelegramId,
    order_id: OrderId,
    method: Method,
    gateways: Gateways,
    now: datetime,
    card: CardUse | None = None,
) -> PaymentRequest | None:
    """The request to make; None: the balance covers the order. No card is kept for a gift: it isn't renewed.

    Raises NoSuchUser, NoSuchOrder, OrderClosed; MethodUnavailable when this order can't be paid by *method*.
    """
    user = await tx.users.get(tg_id)
    order = await tx.orders.get(order_id)
    if user is None:
        raise NoSuchUser(tg_id)
    if order is None or order.tg_id != tg_id:
        raise NoSuchOrder(order_id)
    if not order.is_open:
        raise OrderClosed(order_id, order.state)
    missing = await missing_for(tx, order.price, user)
    if missing.is_zero:
        return None
    amount = await amount_asked(tx, gateways.get(method), order, missing, now)
    if amount is None:
        raise MethodUnavailable(method, "it doesn't pay this order")
    return PaymentRequest(tg_id, method, amount, order_id, None if order.is_gift else card)

"""Which order money on the balance pays by itself."""

from datetime import datetime

from orbit_domain.ids import Ids, TelegramId
from orbit_domain.payment.payment import Method
from orbit_domain.steps.pay_order import WaitingOrder, pay_waiting_order
from orbit_domain.storage import Transaction


async def pay_chosen_order(tx: Transaction, tg_id: TelegramId, method: Method, now: datetime, ids: Ids) -> WaitingOrder:
    """Pay what the customer chose last, if it is open and the balance covers it. The caller has locked the user.

    An order whose newest payment the customer has cancelled stays open until it is finished with a tap.
    """
    newest = await tx.orders.newest(tg_id, 1)
    if not newest or not newest[0].is_open:
        return WaitingOrder()
    payments = await tx.payments.of_order(newest[0].id)
    if payments and payments[-1].cancelled_at is not None:
        return WaitingOrder(open=newest[0])
    return await pay_waiting_order(tx, newest[0].id, method, now, ids)

"""How an order becomes paid: debit, time, keys and the notice, all in the caller's transaction.

The time and the keys of a gift come when it is taken.
"""

from dataclasses import dataclass
from datetime import datetime

from orbit_domain.ids import Ids, OrderId, TelegramId
from orbit_domain.ledger.ledger import REVENUE, Entry, EntryKind, InsufficientBalance, Line, user_account
from orbit_domain.money import Money
from orbit_domain.notice.notice import InvoiceChanged, OrderPaid
from orbit_domain.notice.promo_notices import PromoWithdrawn
from orbit_domain.order.order import Order
from orbit_domain.payment.payment import Method
from orbit_domain.promo.promo import PromoLost
from orbit_domain.steps.give_time import give_time
from orbit_domain.steps.notify import notify
from orbit_domain.steps.price_order import price_order
from orbit_domain.steps.use_promo import use_discount
from orbit_domain.storage import Transaction
from orbit_domain.subscription.subscription import Subscription
from orbit_domain.user.user import AccountDeleted, CustomerBanned, NoSuchUser


async def pay_order(tx: Transaction, order: Order, method: Method, now: datetime, ids: Ids) -> Order:
    """Pay *order* in full from the balance. The caller has locked the user, then the order.

    Raises InsufficientBalance, OrderClosed, PromoLost, TrialUsed, CustomerBanned, AccountDeleted; nothing is recorded
    then.
    """
    paid = order.pay(now)
    customer = await tx.subscriptions.customer(order.tg_id)
    if customer is None:
        raise NoSuchUser(order.tg_id)
    customer.user.require_welcome()
    await use_discount(tx, order, now)
    if not order.price.is_zero:
        await tx.ledger.post(order_paid(str(order.id), order.tg_id, order.price, now))
    subscription = customer.subscription
    if not order.is_gift:
        subscription = await give_time(tx, order, subscription, now, ids)
    await tx.orders.save(paid)
    await notify(tx, ids, order.tg_id, await _receipt(tx, paid, subscription, method, now), now)
    await _correct_invoices(tx, paid, now, ids)
    return paid


@dataclass(frozen=True, slots=True)
class WaitingOrder:
    """What became of the order that money was meant for: `paid` just now, or the order that is still `open`."""

    paid: bool = False
    open: Order | None = None


async def pay_waiting_order(
    tx: Transaction, order_id: OrderId | None, method: Method, now: datetime, ids: Ids
) -> WaitingOrder:
    """Pay the order if there is one, it is open, and the balance covers it. The caller has locked the user.

    When its code has ended since it was shown, it gets its new price and stays open, and the customer hears why.
    """
    order = await tx.orders.lock(order_id) if order_id else None
    if order is None or not order.is_open:
        return WaitingOrder()
    try:
        await pay_order(tx, order, method, now, ids)
    except (InsufficientBalance, CustomerBanned, AccountDeleted):
        return WaitingOrder(open=order)
    except PromoLost as lost:
        order = (await price_order(tx, order, now)).order
        notice = PromoWithdrawn(order.id, lost.code, lost.reason, order.price.units)
        await notify(tx, ids, order.tg_id, notice, now)
        return WaitingOrder(open=order)
    return WaitingOrder(paid=True)


async def _correct_invoices(tx: Transaction, order: Order, now: datetime, ids: Ids) -> None:
    """No invoice of a paid order asks for money any more."""
    for message in await tx.invoice_messages.of_order(order.id):
        await notify(tx, ids, order.tg_id, InvoiceChanged(message.payment_id, order.state), now)


def order_paid(ref: str, tg_id: TelegramId, price: Money, at: datetime) -> Entry:
    """The user's balance pays an order."""
    lines = (Line(user_account(tg_id), -price.units, price.currency), Line(REVENUE, price.units, price.currency))
    return Entry(EntryKind.ORDER, ref, lines, at)


async def _receipt(
    tx: Transaction, order: Order, subscription: Subscription, method: Method, now: datetime
) -> OrderPaid:
    user = await tx.users.get(order.tg_id)
    return OrderPaid(
        order_id=order.id,
        plan_code=order.terms.code,
        titles=dict(order.terms.titles),
        price_kopecks=order.price.units,
        balance_kopecks=user.balance.units if user else 0,
        method=method,
        ends_at=subscription.ends_at or now,
        is_gift=order.is_gift,
    )

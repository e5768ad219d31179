"""Which order renews a period by itself, and what is missing for it."""

from dataclasses import dataclass, replace
from datetime import datetime

from orbit_domain.ids import Ids, OrderId, TelegramId
from orbit_domain.money import Money
from orbit_domain.order.order import Order, OrderState, plan_nonce, renewal_nonce
from orbit_domain.payment.payment import BALANCE, CardUse, Payment
from orbit_domain.payment.ports import PaymentGateway
from orbit_domain.steps.collect_debt import missing_for
from orbit_domain.steps.method_availability import is_offered
from orbit_domain.steps.pay_order import pay_waiting_order
from orbit_domain.steps.recurring_payment import is_charged_again
from orbit_domain.storage import Transaction
from orbit_domain.subscription.reminders import FIRST_REMINDER_BEFORE, renews_soon
from orbit_domain.subscription.subscription import Subscription

_NEWEST = 20


@dataclass(frozen=True, slots=True)
class DueRenewal:
    """The order, which the balance doesn't cover, and what is missing."""

    order: Order
    missing: Money


async def find_renewal(
    tx: Transaction, tg_id: TelegramId, gateway: PaymentGateway, now: datetime, ids: Ids
) -> DueRenewal | None:
    """The renewal that has to be charged now; None: nothing has. What the balance covers is paid from there.

    Nothing is charged while the customer is paying by hand, after the customer has cancelled it, a second time, and
    while another payment repeats.
    """
    user = await tx.users.lock(tg_id)
    if await is_charged_again(tx, tg_id, now):
        return None
    order = await renewal_order(tx, tg_id, now, ids)
    if order is None or not order.is_open:
        return None
    order = await tx.orders.lock(order.id)
    missing = await missing_for(tx, order.price, user)
    if missing.is_zero:
        await pay_waiting_order(tx, order.id, BALANCE, now, ids)
        return None
    payments = (*await tx.payments.of_order(order.id), await tx.payments.pending(tg_id, gateway.method))
    if any(_stands_in_the_way(one) for one in payments if one) or not await is_offered(tx, gateway, now):
        return None
    return DueRenewal(order, missing)


def _stands_in_the_way(payment: Payment) -> bool:
    is_charge = payment.card in (CardUse.CHARGE, CardUse.FAILED)
    return is_charge or payment.is_open or payment.cancelled_at is not None


async def renewal_order(tx: Transaction, tg_id: TelegramId, now: datetime, ids: Ids) -> Order | None:
    """The order of the reminder's button for the period that ends soon, made unless it exists.

    It costs what the reminder has named, or less; one that waits already stays the period's only one. None when no
    period ends soon, or its plan isn't sold any more. The caller has locked the user.
    """
    subscription = await tx.subscriptions.get(tg_id)
    ends_at, code = subscription.ends_at, subscription.plan_code
    if ends_at is None or code is None or not renews_soon(subscription, now):
        return None
    plan = await tx.plans.get(code)
    if plan is None or not plan.active or plan.terms.is_trial:
        return None
    price = plan.lowest_price_since(ends_at - FIRST_REMINDER_BEFORE)
    waiting = await waiting_renewal(tx, subscription, price)
    if waiting is not None:
        return waiting
    nonce = plan_nonce(code, renewal_nonce(tg_id, code, ends_at, price))
    return await tx.orders.add_if_absent(
        Order(OrderId(ids.uuid()), tg_id, nonce, plan.terms, price, OrderState.OPEN, now)
    )


async def waiting_renewal(tx: Transaction, subscription: Subscription, price: Money) -> Order | None:
    """The open order of this period's renewal, whatever its plan cost when it was made.

    At *price* if that is less and the balance covers it: the caller has locked the user, and pays it.
    """
    for order in await tx.orders.newest(subscription.tg_id, _NEWEST):
        if order.is_open and _renews(order, subscription):
            return await _at_most(tx, order, price)
    return None


def _renews(order: Order, subscription: Subscription) -> bool:
    """Whether it was made to renew the period that runs: its nonce holds the plan, the end, and its own price."""
    code, ends_at = subscription.plan_code, subscription.ends_at
    if code is None or ends_at is None:
        return False
    return order.nonce == plan_nonce(code, renewal_nonce(subscription.tg_id, code, ends_at, order.full_price))


async def _at_most(tx: Transaction, order: Order, price: Money) -> Order:
    user = await tx.users.get(order.tg_id)
    if user is None or order.price.units <= price.units or not (await missing_for(tx, price, user)).is_zero:
        return order
    cheaper = replace(await tx.orders.lock(order.id), price=price, discount=None)
    return cheaper if await tx.orders.reprice(cheaper) else order

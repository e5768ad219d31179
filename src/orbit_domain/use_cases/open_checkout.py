"""A customer wants one plan: price it, copy its terms, and say how it can be paid."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, Nonce, OrderId, PlanCode, PromoCode, TelegramId
from orbit_domain.money import Money
from orbit_domain.order.order import NoSuchOrder, Order, OrderState, plan_nonce
from orbit_domain.payment.payment import Method
from orbit_domain.payment.ports import Gateways, MethodUnavailable, PaymentGateway
from orbit_domain.plan.plan import NoSuchPlan
from orbit_domain.steps.collect_debt import missing_for
from orbit_domain.steps.extend_subscription import end_with, names_beyond
from orbit_domain.steps.method_availability import amount_asked, is_offered
from orbit_domain.steps.price_order import price_order
from orbit_domain.storage import Storage, Transaction
from orbit_domain.user.user import NoSuchUser, User


@dataclass(frozen=True, slots=True)
class MethodOffer:
    """One way to pay that works now, and what it would cost by it. It may keep a card for renewals."""

    method: Method
    due: Money
    keeps_cards: bool = False


@dataclass(frozen=True, slots=True)
class Checkout:
    """What is bought, until when it would last, what is missing with what is owed, and how it can be paid.

    `keys_off` are the names of the customer's keys for which the plan has no room.
    *lost* is the code by which it was cheaper when it was shown before.
    """

    user: User
    order: Order
    missing: Money
    new_end: datetime
    offers: tuple[MethodOffer, ...]
    now: datetime
    keys_off: tuple[str, ...] = ()
    lost: PromoCode | None = None

    @property
    def debt(self) -> Money:
        """What of `missing` is owed for money that went back."""
        return self.missing.minus(self.order.price.minus(self.user.balance))


@dataclass(frozen=True, slots=True)
class OpenCheckout:
    """Make the order of this button, or find it: two taps, sixty taps, two replicas: one order.

    Raises NoSuchUser, NoSuchPlan, NoSuchOrder (the nonce is another user's).
    """

    storage: Storage
    clock: Clock
    ids: Ids
    gateways: Gateways

    async def __call__(self, tg_id: TelegramId, plan_code: PlanCode, nonce: Nonce) -> Checkout:
        wish = plan_nonce(plan_code, nonce)
        now = self.clock.now()
        async with self.storage.transaction() as tx:
            if await tx.users.get(tg_id) is None:
                raise NoSuchUser(tg_id)
            order = await tx.orders.by_nonce(tg_id, wish) or await self._order(tx, tg_id, plan_code, wish, now)
        return await self.look(order)

    async def look(self, order: Order) -> Checkout:
        """The checkout of an *order* as it stands now, at the price of now. Raises NoSuchUser, CustomerBanned."""
        now = self.clock.now()
        async with self.storage.transaction() as tx:
            customer = await tx.subscriptions.customer(order.tg_id)
            if customer is None:
                raise NoSuchUser(order.tg_id)
            customer.user.require_welcome()
            priced = await price_order(tx, order, now)
            order = priced.order
            new_end = await end_with(tx, customer.subscription, order, now)
            missing = await missing_for(tx, order.price, customer.user)
            asked = await self._asked(tx, order, missing, now)
            keys_off = await names_beyond(tx, customer.subscription, order)
        offers = await _offers(asked, order) if order.is_open and not missing.is_zero else ()
        return Checkout(customer.user, order, missing, new_end, offers, now, keys_off, priced.lost)

    async def _asked(
        self, tx: Transaction, order: Order, missing: Money, now: datetime
    ) -> list[tuple[PaymentGateway, Money]]:
        """The ways to pay *order* that work now, and what each would ask for."""
        offered = [one for one in self.gateways.offered() if await is_offered(tx, one, now)]
        asked = [(gateway, await amount_asked(tx, gateway, order, missing, now)) for gateway in offered]
        return [(gateway, amount) for gateway, amount in asked if amount is not None]

    async def _order(
        self, tx: Transaction, tg_id: TelegramId, plan_code: PlanCode, nonce: Nonce, now: datetime
    ) -> Order:
        plan = await tx.plans.get(plan_code)
        if plan is None or not plan.active or plan.terms.is_trial:
            raise NoSuchPlan(plan_code)
        wish = Order(OrderId(self.ids.uuid()), tg_id, nonce, plan.terms, plan.price, OrderState.OPEN, now)
        order = await tx.orders.add_if_absent(wish)
        if order.tg_id != tg_id:
            raise NoSuchOrder(order.id)
        return order


async def _offers(asked: Iterable[tuple[PaymentGateway, Money]], order: Order) -> tuple[MethodOffer, ...]:
    offers = [await _offer(gateway, amount, renews=not order.is_gift) for gateway, amount in asked]
    return tuple(offer for offer in offers if offer is not None)


async def _offer(gateway: PaymentGateway, amount: Money, *, renews: bool) -> MethodOffer | None:
    if not gateway.terms.admit(amount):
        return None
    try:
        quote = await gateway.quote(amount)
    except MethodUnavailable:
        return None
    return MethodOffer(gateway.method, quote.due, renews and gateway.terms.keeps_cards)

"""Customers: every method is one tap or one transfer, and they remember only what a phone shows."""

from datetime import datetime

from orbit_domain.access.key import Key
from orbit_domain.ids import Nonce, OrderId, PaymentId, PlanCode, TelegramId
from orbit_domain.money import Money
from orbit_domain.notice.notice import Notice
from orbit_domain.order.order import Order
from orbit_domain.payment.payment import TON_METHOD
from orbit_domain.payment.source_record import SourceRecord
from orbit_domain.use_cases.open_checkout import Checkout
from orbit_domain.use_cases.show_payment import PaymentView
from tests.support.shop import Shop
from tests.support.world import COIN, World

ALICE = TelegramId(42)
BOB = TelegramId(43)


class Buyer:
    """A customer with a phone and a wallet."""

    def __init__(self, shop: Shop, world: World, tg_id: TelegramId = ALICE) -> None:
        self.shop = shop
        self.world = world
        self.tg_id = tg_id

    async def start(self, language: str = "ru") -> None:
        """Press /start."""
        await self.shop.register_user(self.tg_id, f"user{self.tg_id}", language)

    async def nonce(self) -> Nonce:
        """Open the list of plans; the nonce of its buttons."""
        return (await self.shop.list_plans(self.tg_id)).nonce

    async def choose(self, plan: str = "sub_1m", nonce: Nonce | None = None) -> Checkout:
        """Tap a plan in the list with that *nonce*, or in a new list."""
        return await self.shop.open_checkout(self.tg_id, PlanCode(plan), nonce or await self.nonce())

    async def request_payment(self, order_id: OrderId) -> PaymentView:
        """Tap "pay with TON"."""
        return await self.shop.request_payment(self.tg_id, order_id, TON_METHOD)

    async def start_purchase(self, plan: str = "sub_1m") -> PaymentView:
        """Choose a plan and request its payment with TON."""
        return await self.request_payment((await self.choose(plan)).order.id)

    async def top_up(self, kopecks: int) -> PaymentView:
        """Request a payment of *kopecks* (or cents) to the balance."""
        return await self.shop.top_up(self.tg_id, Money(kopecks, self.world.base), TON_METHOD)

    def send(self, view: PaymentView, units: int = COIN, comment: str | None = None) -> SourceRecord:
        """Send nanotons for *view*, with its comment unless another one is typed."""
        return self.world.chain.deposit(units, view.payment.comment if comment is None else comment)

    async def check_payment(self, view: PaymentView) -> PaymentView:
        """Tap "I have paid"."""
        return await self.shop.check_payment(self.tg_id, view.payment.id)

    async def refreshed(self, view: PaymentView) -> PaymentView:
        """The payment of *view* as it is now."""
        return await self.shop.show_payment(self.tg_id, view.payment.id)

    async def order(self, order_id: OrderId | None) -> Order:
        """The order as it is now."""
        assert order_id is not None
        return (await self.shop.show_checkout(self.tg_id, order_id)).order

    async def order_of(self, view: PaymentView) -> Order:
        """The order that *view* is for, as it is now."""
        return await self.order(view.payment.order_id)

    async def balance(self) -> int:
        """Kopecks on the balance."""
        return (await self.shop.show_statement(self.tg_id)).user.balance.units

    async def ends_at(self) -> datetime | None:
        """When the subscription ends."""
        return (await self.shop.show_home(self.tg_id)).subscription.ends_at

    async def key(self) -> Key:
        """The one key."""
        (key,) = (await self.shop.show_keys(self.tg_id)).keys
        return key

    async def cancel(self, payment_id: PaymentId) -> None:
        """Tap "cancel"."""
        await self.shop.cancel_payment(self.tg_id, payment_id)

    async def pay_from_balance(self, order_id: OrderId) -> Order:
        """Tap "pay from balance"."""
        return await self.shop.pay_from_balance(self.tg_id, order_id)

    async def buy(self, plan: str = "sub_1m") -> Order:
        """The whole purchase: a delivered order, paid with exactly the amount that was requested."""
        view = await self.start_purchase(plan)
        self.send(view, view.payment.quote.due.units)
        await self.shop.work()
        return await self.order_of(view)

    async def add_balance(self, kopecks: int) -> None:
        """Top up by *kopecks*, paid and settled."""
        view = await self.top_up(kopecks)
        self.send(view, view.payment.quote.due.units)
        await self.shop.scan_and_settle()

    def notices(self, kind: str) -> list[Notice]:
        """The notices of that kind that the customer was sent."""
        return self.world.notices(self.tg_id, kind)


class ResumingBuyer:
    """A customer who buys a month and renews it. What the phone shows survives every process of the shop.

    A tap on which a process crashed is tapped again in the next one, as Telegram's redelivery does. The first month
    is paid with two coins, the price of two months; the second one from the balance.
    """

    def __init__(self, world: World, tg_id: TelegramId = ALICE) -> None:
        self.world = world
        self.tg_id = tg_id
        self.orders: dict[int, OrderId] = {}
        self.view: PaymentView | None = None
        self.sent: tuple[SourceRecord, ...] = ()
        self._nonces: dict[int, Nonce] = {}

    def at(self, shop: Shop) -> Buyer:
        """The same customer in front of one process."""
        return Buyer(shop, self.world, self.tg_id)

    async def start(self, shop: Shop) -> None:
        """Press /start."""
        await self.at(shop).start()

    async def choose(self, number: int, shop: Shop) -> None:
        """Open the list of plans for order *number*, unless it is on the screen already, and tap a plan."""
        if number not in self._nonces:
            self._nonces[number] = await self.at(shop).nonce()
        await self.tap_plan(number, shop)

    async def tap_plan(self, number: int, shop: Shop) -> None:
        """Tap the plan in the list that is on the screen, if one is there already."""
        if number in self._nonces:
            self.orders[number] = (await self.at(shop).choose(nonce=self._nonces[number])).order.id

    async def request_payment(self, shop: Shop) -> None:
        """Request the payment of the first order."""
        self.view = await self.at(shop).request_payment(self.orders[0])

    async def check_payment(self, shop: Shop) -> None:
        """Tap "I have paid"."""
        assert self.view is not None
        await self.at(shop).check_payment(self.view)

    def send_once(self) -> None:
        """Send the two coins, unless they were sent before."""
        assert self.view is not None
        if not self.sent:
            self.sent = (self.world.chain.deposit(2 * COIN, self.view.payment.comment),)

    async def renew(self, shop: Shop) -> Order:
        """Pay the second order from the balance."""
        return await self.at(shop).pay_from_balance(self.orders[1])

"""A customer: every method is one tap or one transfer, and remembers nothing that a phone wouldn't show."""

from datetime import datetime

from orbit_domain.access.key import Key
from orbit_domain.ids import Nonce, OrderId, PaymentId, PlanCode, TelegramId
from orbit_domain.money import rub
from orbit_domain.notice.notice import Notice
from orbit_domain.order.order import Order
from orbit_domain.payment.payment import TON_METHOD
from orbit_domain.payment.transfer import Transfer
from orbit_domain.use_cases.open_checkout import Checkout
from orbit_domain.use_cases.show_payment import PaymentView
from tests.support.shop import Shop
from tests.support.world import COIN, World

ALICE = TelegramId(42)
BOB = TelegramId(43)


class Buyer:
    """Somebody with a phone and a wallet."""

    def __init__(self, shop: Shop, world: World, tg_id: TelegramId = ALICE) -> None:
        self.shop = shop
        self.world = world
        self.tg_id = tg_id

    async def start(self, language: str = "ru") -> None:
        """Press /start."""
        await self.shop.register_user(self.tg_id, f"user{self.tg_id}", language)

    async def choose(self, plan: str = "sub_1m") -> Checkout:
        """Open the list, tap a plan."""
        plans = await self.shop.list_plans(self.tg_id)
        return await self.shop.open_checkout(self.tg_id, PlanCode(plan), Nonce(plans.nonce))

    async def ask(self, order: Order) -> PaymentView:
        """Tap "pay with TON"."""
        return await self.shop.request_payment(self.tg_id, order.id, TON_METHOD)

    async def wish(self, plan: str = "sub_1m") -> PaymentView:
        """Choose a plan and ask how to pay it with TON."""
        return await self.ask((await self.choose(plan)).order)

    async def top_up(self, kopecks: int) -> PaymentView:
        """Ask how to put *kopecks* on the balance."""
        return await self.shop.top_up(self.tg_id, rub(kopecks), TON_METHOD)

    def send(self, view: PaymentView, units: int = COIN, comment: str | None = None) -> Transfer:
        """Send nanotons for *view*, with its comment unless another one is typed."""
        return self.world.chain.deposit(units, view.payment.comment if comment is None else comment)

    async def look(self, view: PaymentView) -> PaymentView:
        """Look at the payment again."""
        return await self.shop.show_payment(self.tg_id, view.payment.id)

    async def order(self, order_id: OrderId | None) -> Order:
        """Look at the order again."""
        assert order_id is not None
        return (await self.shop.show_checkout(self.tg_id, order_id)).order

    async def order_of(self, view: PaymentView) -> Order:
        """The order that *view* is for, as it is now."""
        return await self.order(view.payment.order_id)

    async def balance(self) -> int:
        """Kopecks on the balance."""
        return (await self.shop.show_statement(self.tg_id)).user.balance.units

    async def ends_at(self) -> datetime | None:
        """Until when the time lasts."""
        return (await self.shop.show_home(self.tg_id)).subscription.ends_at

    async def key(self) -> Key:
        """The one key."""
        (key,) = (await self.shop.show_keys(self.tg_id)).keys
        return key

    async def cancel(self, payment_id: PaymentId) -> None:
        """Tap "cancel"."""
        await self.shop.cancel_payment(self.tg_id, payment_id)

    async def buy(self, plan: str = "sub_1m") -> Order:
        """The whole way: a delivered order, paid with exactly what was asked."""
        view = await self.wish(plan)
        self.send(view, view.invoice.amount.units)
        await self.shop.work()
        return await self.order_of(view)

    async def save_up(self, kopecks: int) -> None:
        """Top up by *kopecks*, paid and settled."""
        view = await self.top_up(kopecks)
        self.send(view, view.invoice.amount.units)
        await self.shop.take_money()

    def heard(self, kind: str) -> list[Notice]:
        """What the customer was told of that kind."""
        return self.world.heard(self.tg_id, kind)

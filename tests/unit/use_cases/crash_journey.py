"""A customer who buys and renews in a shop whose process dies, and is started again, as often as the test wants."""

from orbit_domain.ids import Nonce, OrderId, PlanCode
from orbit_domain.order.order import OrderState
from orbit_domain.payment.payment import TON_METHOD
from orbit_domain.use_cases.show_payment import PaymentView
from tests.support.buyer import ALICE
from tests.support.crash_moments import with_moments
from tests.support.crashing import Crash, Fuse
from tests.support.shop import Shop
from tests.support.world import COIN, World

PLAN = PlanCode("sub_1m")
LEASES_OVER_MIN = 3


class CrashJourney:
    """What the customer's phone shows survives every crash; the verbs are made anew after each.

    A tap that the shop died on is tapped again, as Telegram's redelivery or an impatient thumb does.
    The first month is paid with a double sum in coins, the second from what is left on the balance.
    """

    def __init__(self, fuse: Fuse) -> None:
        self.world = World()
        self.fuse = fuse
        self.crashes = 0
        self.shown: PaymentView | None = None
        self.sent = False
        self.nonces: list[Nonce] = []
        self.orders: list[OrderId] = []
        self.renewed = False

    async def run(self) -> Shop:
        """Go on until the whole journey is done and quiet; the shop of the last process."""
        while True:
            shop = Shop(with_moments(self.world.ports(), self.fuse))
            try:
                await self._go(shop)
            except Crash:
                self.crashes += 1
                # The dead process's claims run out before its successor gets that far.
                self.world.clock.advance(minutes=LEASES_OVER_MIN)
            else:
                return shop

    async def _go(self, shop: Shop) -> None:
        await shop.open_doors()
        await shop.register_user(ALICE, "alice", "ru")
        await self._ask(shop)
        await self._pay(shop)
        await shop.work()
        await self._renew(shop)
        await shop.work()

    async def _choose(self, shop: Shop, number: int) -> OrderId:
        if len(self.nonces) == number:
            self.nonces.append((await shop.list_plans(ALICE)).nonce)
        if len(self.orders) == number:
            self.orders.append((await shop.open_checkout(ALICE, PLAN, self.nonces[number])).order.id)
        return self.orders[number]

    async def _ask(self, shop: Shop) -> None:
        if self.shown is None:
            self.shown = await shop.request_payment(ALICE, await self._choose(shop, 0), TON_METHOD)

    async def _pay(self, shop: Shop) -> None:
        assert self.shown is not None
        if not self.sent:
            self.sent = True
            self.world.chain.deposit(2 * COIN, self.shown.invoice.comment)
        await shop.check_payment(ALICE, self.shown.payment.id)

    async def _renew(self, shop: Shop) -> None:
        if not self.renewed:
            order = await shop.pay_from_balance(ALICE, await self._choose(shop, 1))
            self.renewed = order.state in (OrderState.PAID, OrderState.DELIVERED)

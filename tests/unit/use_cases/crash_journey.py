"""A customer who buys and renews in a shop whose process crashes, and is started again, as often as the test wants."""

from collections.abc import Collection

from orbit_domain.order.order import OrderState
from tests.support.buyer import ResumingBuyer
from tests.support.crash_injection import LEASES_OVER_MIN, CrashBudget, CrashHook
from tests.support.facts import Facts, outside_of, read_facts
from tests.support.port_hooks import with_hook
from tests.support.shop import Shop
from tests.support.world import World


class CrashJourney:
    """The process crashes at the *fatal* calls, counted over all processes; the use cases are made anew after each."""

    def __init__(self, fatal: Collection[int] = ()) -> None:
        self.world = World()
        self.buyer = ResumingBuyer(self.world)
        self.crashes = 0
        self.passed = 0
        self._fatal = frozenset(fatal)
        self._renewed = False

    async def run(self) -> None:
        """Go on until the whole journey is done and no work is left."""
        while await self._crashes():
            self.crashes += 1
            # The leases of the dead process run out before the next one gets that far.
            self.world.clock.advance(minutes=LEASES_OVER_MIN)

    async def facts(self) -> Facts | None:
        """What is known about the customer now."""
        outside = outside_of(self.world, self.buyer.tg_id, self.buyer.sent, self.crashes)
        return await read_facts(self.world.storage, self.world.chain.name, self.buyer.tg_id, outside)

    async def _crashes(self) -> bool:
        """Start a process and let it work; whether it crashed."""
        ahead = [call for call in self._fatal if call > self.passed]
        process = CrashBudget(min(ahead) - self.passed if ahead else 0)
        try:
            return await process.live(lambda: self._go(Shop(with_hook(self.world.ports(), CrashHook()))))
        finally:
            self.passed += process.passed

    async def _go(self, shop: Shop) -> None:
        await shop.open()
        await self.buyer.start(shop)
        if self.buyer.view is None:
            await self.buyer.choose(0, shop)
            await self.buyer.request_payment(shop)
        self.buyer.send_once()
        await self.buyer.check_payment(shop)
        await shop.work()
        if not self._renewed:
            await self.buyer.choose(1, shop)
            order = await self.buyer.renew(shop)
            self._renewed = order.state in (OrderState.PAID, OrderState.DELIVERED)
        await shop.work()

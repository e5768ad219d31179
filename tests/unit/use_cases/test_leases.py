"""A worker has what it claimed to itself for as long as its lease says, and not longer."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from orbit_adapters.memory.panel import MemoryPanel
from orbit_domain.access.account import Account, AccountState
from orbit_domain.ids import TelegramId
from orbit_domain.money import Currency
from orbit_domain.notice.notice import Notice
from orbit_domain.payment.ports import Rate
from tests.support.buyer import Buyer
from tests.support.shop import Shop
from tests.support.world import MAIN, FakeRates, World


class Meanwhile:
    """Within the first slow call time passes, and another worker runs: `done` is how much that one did."""

    def __init__(self, world: World, seconds: int, other: Callable[[], Awaitable[int]]) -> None:
        self.done: int | None = None
        self._world = world
        self._seconds = seconds
        self._other = other

    async def __call__(self) -> None:
        """Once; a call of the other worker itself isn't slow."""
        if self.done is None:
            self.done = 0
            self._world.clock.advance(seconds=self._seconds)
            self.done = await self._other()


@pytest.mark.parametrize(("seconds", "done"), [(119, 0), (120, 1)])
async def test_a_notice_belongs_to_its_worker_for_two_minutes(
    alice: Buyer, world: World, seconds: int, done: int
) -> None:
    """Another worker sends it only when the first one must be dead: longer than any call to Telegram takes."""
    meanwhile = Meanwhile(world, seconds, Shop(world.ports()).deliver_notices)

    class Slow:
        """A notifier whose first call takes that long."""

        async def send(self, tg_id: TelegramId, language: str, notice: Notice, *, silent: bool = False) -> None:
            await meanwhile()

    await alice.add_balance(20_000)
    await replace(alice.shop.deliver_notices, notifier=Slow())()
    assert meanwhile.done == done


@pytest.mark.parametrize(("seconds", "done"), [(89, 0), (90, 1)])
async def test_a_key_belongs_to_its_worker_for_ninety_seconds(
    alice: Buyer, world: World, seconds: int, done: int
) -> None:
    """Another worker brings it only when the first one has ended all its calls to panels."""
    meanwhile = Meanwhile(world, seconds, Shop(world.ports()).provision_keys)

    class Slow(MemoryPanel):
        """A panel whose first call takes that long."""

        async def ensure(self, account: Account) -> AccountState:
            await meanwhile()
            return await super().ensure(account)

    await alice.shop.start_trial(alice.tg_id)
    world.panels[MAIN] = Slow(MAIN, world.clock, world.panel.readings)
    await Shop(world.ports()).provision_keys()
    assert meanwhile.done == done


@pytest.mark.parametrize(("seconds", "done"), [(59, 0), (60, 1)])
async def test_a_payment_belongs_to_its_worker_for_a_minute(
    alice: Buyer, world: World, seconds: int, done: int
) -> None:
    """Another worker settles it only when the first one must be dead; whoever comes last finds it settled."""
    meanwhile = Meanwhile(world, seconds, Shop(world.ports()).settle_receipts)

    class Slow(FakeRates):
        """Rates whose first reading takes that long."""

        async def rate(self, asset: Currency, base: Currency) -> Rate:
            await meanwhile()
            return await super().rate(asset, base)

    view = await alice.start_purchase()
    world.rates.silent = True
    world.clock.advance(hours=2)
    await alice.shop.work()
    alice.send(view)
    await alice.shop.read_receipts()
    world.rates.silent = False
    await Shop(replace(world.ports(), rates=Slow(world.clock, world.base))).settle_receipts()
    assert meanwhile.done == done
    async with world.storage.transaction() as tx:
        later = world.clock.now().replace(year=2030)
        assert await tx.payments_due.claim(later, later, 10) == ()

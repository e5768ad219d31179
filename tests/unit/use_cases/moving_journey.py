"""A panel is evacuated, or mended, by processes that crash: what was left of it goes on in the next one."""

from collections import Counter
from collections.abc import Callable, Collection, Coroutine
from dataclasses import replace
from typing import Any

from orbit_domain.access.key import Key
from orbit_domain.access.placement import PlacementState
from orbit_domain.ids import PanelId, TelegramId
from orbit_domain.storage import Storage
from tests.support.crash_injection import LEASES_OVER_MIN, CrashBudget, CrashHook
from tests.support.invariants import check_panels
from tests.support.port_hooks import with_hook
from tests.support.shop import Shop
from tests.support.world import World

ONE, TWO = PanelId("one"), PanelId("two")
Act = Callable[[Shop], Coroutine[Any, Any, None]]
PEOPLE = tuple(TelegramId(100 + number) for number in range(3))


class MovingJourney:
    """Three customers' keys live on the first of two panels; processes crash at the *fatal* calls, counted over all.

    `unserved` are the keys that had no account behind their links when a process had crashed. *world* is one in which
    the keys were sold already.
    """

    def __init__(self, fatal: Collection[int] = (), world: World | None = None) -> None:
        self.world = world or two_panels()
        self.crashes = 0
        self.passed = 0
        self.unserved: list[str] = []
        self._fatal = frozenset(fatal)
        self._is_sold = world is not None

    async def evacuate(self) -> None:
        """Empty the first panel."""
        await self._sell()

        async def act(shop: Shop) -> None:
            await shop.evacuate_panel(ONE, "owner")
            await _provide(shop)

        await self._finish(act)

    async def mend(self) -> None:
        """The first panel has lost two of its accounts, and holds the third one twice."""
        await self._sell()
        accounts = self.world.panels[ONE].accounts
        first, second, third = sorted(accounts)
        wanted = accounts[third].wanted
        assert wanted is not None
        accounts["orbit_copy"] = replace(accounts[third], wanted=replace(wanted, username="orbit_copy"))
        del accounts[first], accounts[second]

        async def act(shop: Shop) -> None:
            await shop.mend_drift()
            await _provide(shop)

        await self._finish(act)

    async def keys(self) -> tuple[Key, ...]:
        """All keys as they are recorded."""
        async with self.world.storage.transaction() as tx:
            return await tx.keys.page(None, 100)

    def accounts(self) -> Counter[tuple[PanelId, str]]:
        """The accounts of both panels."""
        return Counter((panel.panel_id, name) for panel in self.world.panels.values() for name in panel.accounts)

    async def until_gone(self, process: CrashBudget) -> None:
        """Wait for what a crashed process leaves behind; in memory nothing is left."""

    async def _sell(self) -> None:
        if not self._is_sold:
            await sell_on_the_first(self.world)
        assert self.accounts() == Counter((key.panel_id, key.username) for key in await self.keys())

    async def _finish(self, act: Act) -> None:
        while await self._crashes(act):
            self.crashes += 1
            accounts = self.accounts()
            places = [(key.serving.panel_id, key.serving.username) for key in await self.keys()]
            self.unserved += [f"{place} after call {self.passed}" for place in places if place not in accounts]
            # The leases of the dead process run out before the next one gets that far.
            self.world.clock.advance(minutes=LEASES_OVER_MIN)
        await _tell(Shop(self.world.ports()))

    async def _crashes(self, act: Act) -> bool:
        ahead = [call for call in self._fatal if call > self.passed]
        process = CrashBudget(min(ahead) - self.passed if ahead else 0)
        try:
            crashed = await process.live(lambda: act(Shop(with_hook(self.world.ports(), CrashHook()))))
        finally:
            self.passed += process.passed
        if crashed:
            await self.until_gone(process)
        return crashed


def two_panels(storage: Storage | None = None) -> World:
    """A world with two panels of one node each."""
    return World({ONE: ("a",), TWO: ("b",)}, storage)


async def sell_on_the_first(world: World) -> None:
    """Give each of the three a key; only the first panel takes any meanwhile."""
    readings, world.panels[TWO].readings = world.panels[TWO].readings, ()
    shop = Shop(world.ports())
    await shop.seed_shop()
    for tg_id in PEOPLE:
        await shop.register_user(tg_id, f"user{tg_id}", "en")
        await shop.start_trial(tg_id)
    await _provide(shop)
    await _tell(shop)
    world.panels[TWO].readings = readings


async def check_outcome(journey: MovingJourney, home: PanelId, told: int) -> None:
    """Every key has one account, at *home*; nothing is left to do; each customer was told so often in all."""
    keys = await journey.keys()
    assert {key.panel_id for key in keys} == {home}
    assert all(key.is_confirmed for key in keys)
    assert journey.accounts() == Counter((home, key.username) for key in keys)
    states = {one.state for key in keys for one in key.placements}
    assert states <= {PlacementState.HOME, PlacementState.GONE}
    assert [len(journey.world.notices(tg_id, "key_ready")) for tg_id in PEOPLE] == [told] * len(PEOPLE)
    await check_panels(journey.world)
    if home is TWO:
        assert journey.unserved == [], journey.unserved


async def _provide(shop: Shop) -> None:
    while await shop.provision_keys():
        pass


async def _tell(shop: Shop) -> None:
    while await shop.deliver_notices():
        pass

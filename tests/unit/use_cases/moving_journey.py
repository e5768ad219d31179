"""A panel is evacuated, or mended, by processes that crash: what was left of it goes on in the next one."""

from collections import Counter
from collections.abc import Callable, Collection, Coroutine
from dataclasses import replace
from typing import Any

from orbit_domain.access.key import Key
from orbit_domain.ids import PanelId, TelegramId
from tests.support.crash_injection import LEASES_OVER_MIN, CrashBudget, CrashHook
from tests.support.port_hooks import with_hook
from tests.support.shop import Shop
from tests.support.world import World

ONE, TWO = PanelId("one"), PanelId("two")
Act = Callable[[Shop], Coroutine[Any, Any, None]]
PEOPLE = tuple(TelegramId(100 + number) for number in range(3))


class MovingJourney:
    """Three customers' keys live on the first of two panels; processes crash at the *fatal* calls, counted over all.

    `unserved` are the keys that had no account behind their links when a process had crashed.
    """

    def __init__(self, fatal: Collection[int] = ()) -> None:
        self.world = World({ONE: ("a",), TWO: ("b",)})
        self.crashes = 0
        self.passed = 0
        self.unserved: list[str] = []
        self._fatal = frozenset(fatal)

    async def evacuate(self) -> None:
        """Empty the first panel."""
        await self._begin()

        async def act(shop: Shop) -> None:
            await shop.evacuate_panel(ONE, "owner")
            await _provide(shop)

        await self._finish(act)

    async def mend(self) -> None:
        """The first panel has lost two of its accounts, and holds the third one twice."""
        await self._begin()
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

    async def _begin(self) -> None:
        # Only the first one takes keys while they are sold.
        readings, self.world.panels[TWO].readings = self.world.panels[TWO].readings, ()
        shop = Shop(self.world.ports())
        await shop.seed_shop()
        for tg_id in PEOPLE:
            await shop.register_user(tg_id, f"user{tg_id}", "en")
            await shop.start_trial(tg_id)
        await _provide(shop)
        await _tell(shop)
        self.world.panels[TWO].readings = readings
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
            return await process.live(lambda: act(Shop(with_hook(self.world.ports(), CrashHook()))))
        finally:
            self.passed += process.passed


async def _provide(shop: Shop) -> None:
    while await shop.provision_keys():
        pass


async def _tell(shop: Shop) -> None:
    while await shop.deliver_notices():
        pass

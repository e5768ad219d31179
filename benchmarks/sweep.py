"""A sweep over all keys of a panel: what it asks and how long it takes, undamaged and damaged."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from benchmarks.counted_panel import SETTINGS, CountedTransport, Meter, Spent, counted_marzban
from benchmarks.figures import Figure
from benchmarks.shop_of_keys import KeyShop, fill, shop_of_keys
from orbit_adapters.marzban.panel import MarzbanPanel
from orbit_adapters.memory.panel import MemoryPanel, MemoryPanels, StoredAccount
from orbit_domain.access.account import Account, AccountState, OwnedPage
from orbit_domain.access.key import Key
from orbit_domain.access.ports import VpnPanel
from orbit_domain.ids import KeyId
from orbit_sandbox.marzban.sim_marzban import SimMarzban
from tests.support.shop import Shop
from tests.support.world import MAIN

TITLE = "A sweep over the keys of a panel, in SQLite"
KEYS, SMALL_KEYS = 10_000, 60
ONE_IN = 20
HALF_DAY_S = 43_200


async def measure(*, small: bool) -> list[Figure]:
    """Sweep a panel in memory, then a simulated Marzban, each as it should be and with one account in twenty damaged.

    Raises AssertionError when the second sweep still finds something.
    """
    async with shop_of_keys(SMALL_KEYS if small else KEYS) as shop:
        return [Figure("keys", len(shop.keys), ""), *await _over_memory(shop), *await _over_marzban(shop)]


class CountingPanel(MemoryPanel):
    """A panel in memory that counts the calls of a sweep."""

    calls = 0

    async def ensure(self, account: Account) -> AccountState:
        """As asked, and counted."""
        self.calls += 1
        return await super().ensure(account)

    async def get(self, username: str, key_id: KeyId) -> AccountState | None:
        """As asked, and counted."""
        self.calls += 1
        return await super().get(username, key_id)

    async def list_owned(self, offset: int, limit: int) -> OwnedPage:
        """As asked, and counted."""
        self.calls += 1
        return await super().list_owned(offset, limit)


@dataclass(frozen=True, slots=True)
class _Swept:
    """A panel that is swept. *of_panel* counts its requests; without one, *counting* counts its calls."""

    name: str
    panel: VpnPanel
    transport: CountedTransport | None = None
    counting: CountingPanel | None = None

    def calls(self, spent: Spent) -> int:
        """How many calls there were since the last time."""
        if self.counting is None:
            return spent.requests
        calls, self.counting.calls = self.counting.calls, 0
        return calls


async def _over_memory(shop: KeyShop) -> list[Figure]:
    panel = CountingPanel(MAIN, shop.world.clock)
    for key in shop.keys:
        panel.accounts[key.username] = StoredAccount(key.account(), counted_from=shop.world.clock.now())
    swept = _Swept("memory", panel, counting=panel)
    sound = await _sweep(shop, swept, "undamaged", expected=0)
    return [*sound, *await _sweep(shop, swept, "damaged", expected=_damage_memory(panel, shop.keys))]


async def _over_marzban(shop: KeyShop) -> list[Figure]:
    async with counted_marzban(shop.world.clock) as (sim, transport, http):
        fill(sim, shop.keys)
        panel = MarzbanPanel(SETTINGS, http, shop.world.clock)
        await panel.nodes()  # The login isn't the sweep's.
        swept = _Swept("Marzban", panel, transport=transport)
        sound = await _sweep(shop, swept, "undamaged", expected=0)
        return [*sound, *await _sweep(shop, swept, "damaged", expected=_damage_marzban(sim, shop.keys))]


async def _sweep(shop: KeyShop, swept: _Swept, state: str, *, expected: int) -> list[Figure]:
    """Sweep, bring what differs, and prove by another sweep that nothing does any more."""
    use_cases = Shop(replace(shop.world.ports(), panels=MemoryPanels(swept.panel)))
    name = f"{swept.name}, {state}"
    meter = Meter(swept.transport)
    report = await use_cases.mend_drift()
    spent = meter.spent()
    figures = [
        Figure(f"{name}: wrong accounts found", report.mended, ""),
        Figure(f"{name}: calls of the sweep", swept.calls(spent), ""),
        *_times(f"{name}: the sweep", spent),
    ]
    if (report.mended, report.waiting, report.not_swept) != (expected, {}, {}):
        raise AssertionError(f"{name}: of {expected} damaged accounts: {report}")
    if not expected:
        return figures
    meter = Meter(swept.transport)
    while await use_cases.provision_keys():
        pass
    spent = meter.spent()
    calls = swept.calls(spent)
    if (await use_cases.mend_drift()).mended:
        raise AssertionError(f"{name}: the second sweep still finds something")
    swept.calls(spent)
    # Four calls at a time overlap, so the panel's part of it isn't known.
    mending = _times(f"{name}: mending", replace(spent, panel_s=0))
    return [*figures, Figure(f"{name}: calls to mend them", calls, ""), *mending]


def _times(name: str, spent: Spent) -> list[Figure]:
    figures = [Figure(f"{name}, by the clock", spent.clock_s, "s"), Figure(f"{name}, processor", spent.cpu_s, "s")]
    return figures + ([Figure(f"{name}, of it the simulated panel", spent.panel_s, "s")] if spent.panel_s else [])


def _damaged(keys: Sequence[Key]) -> Sequence[Key]:
    return keys[::ONE_IN]


def _damage_memory(panel: MemoryPanel, keys: Sequence[Key]) -> int:
    for number, key in enumerate(_damaged(keys)):
        stored = panel.accounts[key.username]
        if stored.wanted is None:
            continue
        if number % 3 == 0:
            panel.lose(key.username)
        elif number % 3 == 1:
            panel.disable(key.username)
        else:
            early = stored.wanted.expires_at - timedelta(seconds=HALF_DAY_S)
            panel.accounts[key.username] = replace(stored, wanted=replace(stored.wanted, expires_at=early))
    return len(_damaged(keys))


def _damage_marzban(sim: SimMarzban, keys: Sequence[Key]) -> int:
    for number, key in enumerate(_damaged(keys)):
        user = sim.users[key.username]
        if number % 3 == 0:
            del sim.users[key.username]
        elif number % 3 == 1:
            user.status = "disabled"
        else:
            user.expire = (user.expire or 0) - HALF_DAY_S
    return len(_damaged(keys))

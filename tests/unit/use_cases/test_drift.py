"""Whatever happened to a panel, two sweeps bring it back to what the keys say, and nobody else's account is touched."""

import os
import random
from dataclasses import replace
from datetime import timedelta

import pytest

from orbit_adapters.memory.panel import MemoryPanel, StoredAccount
from orbit_domain.access.account import Account, AccountState, OwnedPage
from orbit_domain.access.drift import asks_first
from orbit_domain.ids import KeyId, PanelId, TelegramId
from orbit_domain.use_cases.audit_panels import AuditPanels
from orbit_testing import samples
from tests.support.buyer import Buyer
from tests.support.shop import Shop
from tests.support.world import MAIN, World

SEED = 20261122
MANY = int(os.environ.get("ORBIT_TEST_DRIFT", "1000"))
"""How many keys converge; 10 000 on demand."""


class CountingPanel(MemoryPanel):
    """A panel that counts what it is asked."""

    calls = 0

    async def ensure(self, account: Account) -> AccountState:
        self.calls += 1
        return await super().ensure(account)

    async def delete(self, username: str, key_id: KeyId) -> None:
        self.calls += 1
        await super().delete(username, key_id)

    async def get(self, username: str, key_id: KeyId) -> AccountState | None:
        self.calls += 1
        return await super().get(username, key_id)

    async def list_owned(self, offset: int, limit: int) -> OwnedPage:
        self.calls += 1
        return await super().list_owned(offset, limit)


async def shop_with(world: World, customers: int) -> Shop:
    """A shop whose customers have one key each, made and confirmed."""
    shop = Shop(world.ports())
    await shop.open()
    for number in range(customers):
        tg_id = TelegramId(1000 + number)
        await shop.register_user(tg_id, f"user{tg_id}", "en")
        await shop.start_trial(tg_id)
    while await shop.provision_keys():
        pass
    return shop


async def shop_with_many(world: World) -> Shop:
    """The same with many customers, recorded at once."""
    shop = await shop_with(world, 1)
    now = world.clock.now()
    async with world.storage.transaction() as tx:
        for number in range(1, MANY):
            tg_id = TelegramId(1000 + number)
            await tx.users.add_if_absent(samples.new_user(tg_id))
            key = samples.placed(samples.key(number, tg_id, expires_at=now + timedelta(days=30)), MAIN, "home", ("in",))
            state = await world.panel.ensure(key.account())
            await tx.keys.add(key.confirm(0, 1, state, now))
    # Larger turns: the storage in memory looks at every key in each of them.
    shop.provision_keys = replace(shop.provision_keys, batch=MANY)
    return shop


def damage(panel: MemoryPanel, rng: random.Random) -> int:
    """Accounts deleted, ended, disabled, doubled, renamed and moved within the panel by hand; how many."""
    damaged = 0
    for name, stored in list(panel.accounts.items()):
        assert stored.wanted is not None
        kind = rng.randrange(20)
        if kind < 7:
            damaged += 1
        if kind == 0:
            del panel.accounts[name]
        elif kind == 1:
            early = stored.wanted.expires_at - timedelta(days=9)
            panel.accounts[name] = replace(stored, wanted=replace(stored.wanted, expires_at=early))
        elif kind == 2:
            panel.disable(name)
        elif kind == 3:
            copy = replace(stored.wanted, username=f"{name}_copy")
            panel.accounts[copy.username] = StoredAccount(copy)
        elif kind == 4:
            renamed = replace(stored.wanted, username=f"{name}_old")
            panel.accounts[renamed.username] = StoredAccount(renamed)
            del panel.accounts[name]
        elif kind == 5:
            panel.accounts[name] = replace(stored, wanted=replace(stored.wanted, groups=()))
        elif kind == 6:
            panel.accounts[name] = replace(stored, wanted=replace(stored.wanted, groups=("in", "else")))
    return damaged


async def audited(world: World) -> dict[object, object]:
    return dict((await AuditPanels(world.storage, world.clock, Shop(world.ports()).mend_drift.panels)()).findings)


@pytest.fixture
def counted() -> World:
    world = World()
    world.panels[MAIN] = CountingPanel(MAIN, world.clock, world.panel.readings)
    return world


async def test_many_keys_converge_in_two_sweeps(counted: World) -> None:
    """A quarter is damaged at random: afterwards each is right, and calls are those of the pages and of the drift."""
    world, panel = counted, counted.panel
    shop = await shop_with_many(world)
    damaged = damage(panel, random.Random(SEED))
    assert isinstance(panel, CountingPanel)
    assert damaged > MANY // 5
    panel.calls = 0
    mended = 0
    for _ in range(2):
        mended += (await shop.mend_drift(confirmed=True)).mended
        while await shop.provision_keys():
            pass
    pages = 2 * (len(panel.accounts) // shop.mend_drift.page_size + 2)
    # A renamed account is two differences: its key misses one, and there is one that should not be.
    assert damaged <= mended <= panel.calls <= mended + pages
    assert len(panel.accounts) == MANY
    assert (await shop.mend_drift()).mended == 0


async def test_a_panel_from_an_old_backup_has_what_was_sold_since(counted: World) -> None:
    """It went back in time: accounts that it lost are made again with the same credential, ends follow the renewals."""
    world, panel = counted, counted.panel
    shop = await shop_with(world, 3)
    backup = dict(panel.accounts)
    for tg_id in (TelegramId(1000), TelegramId(9000)):
        await (buyer := Buyer(shop, world, tg_id)).start()
        await buyer.buy()
    credential = (await buyer.key()).credential
    panel.accounts = backup
    await shop.mend_drift()
    await shop.work()
    assert await audited(world) == {}
    wanted = panel.accounts["orbit_9000"].wanted
    assert wanted is not None
    assert wanted.credential == credential


async def test_a_secret_that_was_replaced_stays_so(counted: World) -> None:
    """A panel from an old backup takes the secret that others know: it is replaced again, and the key's own works."""
    world, panel = counted, counted.panel
    shop = await shop_with(world, 1)
    backup = dict(panel.accounts)
    async with world.storage.transaction() as tx:
        (key,) = await tx.keys.page(None, 2)
        await tx.keys.save(key.renew_secret(samples.identity(77), world.clock.now()))
    await shop.work()
    panel.accounts = backup
    await shop.mend_drift()
    await shop.work()
    wanted = panel.accounts["orbit_1000"].wanted
    assert wanted is not None
    assert wanted.credential == samples.identity(77)
    assert await audited(world) == {}


async def test_a_sweep_that_would_disable_or_delete_much_asks_first(counted: World) -> None:
    """Doubled accounts of everybody are left until a person agrees; what harms nobody is mended at once."""
    world, panel = counted, counted.panel
    shop = await shop_with(world, 20)
    for name, stored in list(panel.accounts.items()):
        assert stored.wanted is not None
        panel.accounts[f"{name}_copy"] = StoredAccount(replace(stored.wanted, username=f"{name}_copy"))
    del panel.accounts["orbit_1007"]
    report = await shop.mend_drift()
    await shop.provision_keys()
    assert (report.waiting, report.mended, len(panel.accounts)) == ({MAIN: 20}, 1, 40)
    await shop.mend_drift(confirmed=True)
    await shop.provision_keys()
    assert len(panel.accounts) == 20


async def test_a_sweep_that_would_take_many_from_where_they_are_served_asks_first(counted: World) -> None:
    """Somebody gave all of them another place: a person decides. Places that were lost harm nobody and come back."""
    world, panel = counted, counted.panel
    shop = await shop_with(world, 20)
    for number, (name, stored) in enumerate(list(panel.accounts.items())):
        assert stored.wanted is not None
        groups = () if number < 8 else (*stored.wanted.groups, "else")
        panel.accounts[name] = replace(stored, wanted=replace(stored.wanted, groups=groups))
    report = await shop.mend_drift()
    await shop.provision_keys()
    assert (report.waiting, report.mended) == ({MAIN: 12}, 8)
    assert sum(one.wanted is not None and "else" in one.wanted.groups for one in panel.accounts.values()) == 12
    await shop.mend_drift(confirmed=True)
    await shop.provision_keys()
    assert await audited(world) == {}


@pytest.mark.parametrize(
    ("harmful", "accounts", "asks"),
    [
        (0, 0, False),
        (3, 3, False),
        (4, 3, True),
        (4, 399, True),
        (4, 400, False),
        (50, 10_000, False),
        (51, 10**6, True),
    ],
)
def test_the_bound_of_a_sweep(harmful: int, accounts: int, asks: bool) -> None:
    """Three in any shop, one in a hundred, never more than fifty."""
    assert asks_first(harmful, accounts) is asks


async def test_accounts_of_others_are_left_alone(counted: World) -> None:
    """Neither an account without our note nor one of another shop's key is touched; the latter is counted."""
    world, panel = counted, counted.panel
    shop = await shop_with(world, 2)
    panel.add_foreign("admin")
    other = replace(samples.key(77), id=KeyId(samples.identity(404))).account()
    panel.accounts["orbit_77"] = StoredAccount(other)
    report = await shop.mend_drift()
    assert (report.mended, report.panels[MAIN].ownerless) == (0, 1)
    assert {"admin", "orbit_77"} <= set(panel.accounts)


async def test_what_was_sold_lately_is_looked_at_often(counted: World) -> None:
    """An account that vanished minutes after its sale is back without a sweep of the whole panel."""
    world, panel = counted, counted.panel
    shop = await shop_with(world, 2)
    del panel.accounts["orbit_1001"]
    assert await shop.mend_drift.look_at_recent() == 1
    await shop.provision_keys()
    assert "orbit_1001" in panel.accounts
    world.clock.advance(hours=1)
    assert isinstance(panel, CountingPanel)
    panel.calls = 0
    assert (await shop.mend_drift.look_at_recent(), panel.calls) == (0, 0)


async def test_a_panel_that_can_t_be_read_is_named(counted: World) -> None:
    """The others are swept all the same."""
    counted.panels["two"] = MemoryPanel(PanelId("two"), counted.clock)
    counted.panels["two"].unavailable = True
    shop = await shop_with(counted, 1)
    del counted.panel.accounts["orbit_1000"]
    report = await shop.mend_drift()
    assert (set(report.not_swept), report.mended) == ({PanelId("two")}, 1)

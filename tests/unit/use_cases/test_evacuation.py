"""A panel is emptied: each key has a home elsewhere before its account goes, however long the old panel is away."""

from datetime import timedelta

import pytest

from orbit_adapters.memory.panel import MemoryPanel
from orbit_domain.access.key import Key
from orbit_domain.access.panel_changes import NoSuchPanel
from orbit_domain.access.placement import PlacementState
from orbit_domain.access.repository import PanelDuties
from orbit_domain.ids import PanelId, TelegramId
from orbit_domain.node.fleet import NodeReading
from tests.support.buyer import Buyer
from tests.support.invariants import check_ledger
from tests.support.shop import Shop
from tests.support.world import World

ONE, TWO = PanelId("one"), PanelId("two")
OWNER_NAME = "owner"


@pytest.fixture
async def two_panels() -> World:
    """Six customers' keys live on `one`; `two` is as large, and empty."""
    world = World({"one": ("a",), "two": ("b",)})
    readings, world.panels["two"].readings = world.panels["two"].readings, ()
    shop = Shop(world.ports())
    await shop.open()
    for number in range(6):
        await (buyer := Buyer(shop, world, TelegramId(100 + number))).start()
        await buyer.buy()
    world.panels["two"].readings = readings
    return world


async def keys(world: World) -> list[Key]:
    async with world.storage.transaction() as tx:
        return list(await tx.keys.page(None, 100))


def names(panel: MemoryPanel) -> set[str]:
    return set(panel.accounts)


async def test_every_key_moves_and_nothing_is_left(two_panels: World) -> None:
    """All six live on the other panel with the same credential; the old one holds nothing, and takes no new key."""
    world, shop = two_panels, Shop(two_panels.ports())
    before = {key.id: key.credential for key in await keys(world)}
    progress: list[int] = []
    evacuation = await shop.evacuate_panel(ONE, OWNER_NAME, on_progress=progress.append)
    assert (dict(evacuation.moved), evacuation.without_place, progress) == ({TWO: 6}, 0, [6])
    await shop.work()
    assert (names(world.panels["one"]), len(names(world.panels["two"]))) == (set(), 6)
    after = await keys(world)
    assert {key.id: key.credential for key in after} == before
    assert all(key.panel_id == TWO and key.is_confirmed for key in after)
    assert all(len(world.notices(key.tg_id, "key_ready")) == 2 for key in after)
    await (late := Buyer(shop, world)).start()
    await late.buy()
    assert (await late.key()).panel_id == TWO
    assert await check_ledger(world) is None


async def test_the_old_account_serves_until_the_new_one_is_confirmed(two_panels: World) -> None:
    """While the new panel is silent, links and accounts are the old ones, and a renewal reaches them."""
    world, shop = two_panels, Shop(two_panels.ports())
    await shop.evacuate_panel(ONE, OWNER_NAME)
    world.panels["two"].unavailable = True
    links = {key.id: key.links for key in await keys(world)}
    buyer = Buyer(shop, world, TelegramId(100))
    await buyer.buy()
    moving = await keys(world)
    assert {key.id: key.links for key in moving} == links
    wanted = world.panels["one"].accounts["orbit_100"].wanted
    assert wanted is not None
    assert wanted.expires_at == (await buyer.key()).expires_at
    world.panels["two"].unavailable = False
    world.clock.advance(minutes=1)
    await shop.work(3)
    assert (len(names(world.panels["one"])), len(names(world.panels["two"]))) == (0, 6)


async def test_a_dead_panel_is_cleaned_when_it_returns(two_panels: World) -> None:
    """Its keys work elsewhere at once; what it holds waits, delays nobody, and goes when it answers again."""
    world, shop = two_panels, Shop(two_panels.ports())
    world.panels["one"].unavailable = True
    await shop.evacuate_panel(ONE, OWNER_NAME)
    await shop.work()
    assert len(names(world.panels["two"])) == 6
    async with world.storage.transaction() as tx:
        assert dict(await tx.keys.duties()) == {ONE: PanelDuties(removing=6)}
    for _ in range(30):
        world.clock.advance(hours=1)
        await shop.work(1)
    assert len(names(world.panels["one"])) == 6
    world.panels["one"].unavailable = False
    world.clock.advance(minutes=1)
    await shop.work(1)
    assert names(world.panels["one"]) == set()
    assert {one.state for key in await keys(world) for one in key.placements} == {
        PlacementState.HOME,
        PlacementState.GONE,
    }


async def test_a_key_may_come_back(two_panels: World) -> None:
    """Evacuated to and fro: one account, the credential kept, no place counted twice."""
    world, shop = two_panels, Shop(two_panels.ports())
    for source, target in ((ONE, TWO), (TWO, ONE), (ONE, TWO)):
        async with world.storage.transaction() as tx:
            for record in await tx.panels.all():
                await tx.panels.put(type(record)(record.id, record.kind, record.name))
        await shop.evacuate_panel(source, OWNER_NAME)
        await shop.work(3)
        assert (len(names(world.panels[source])), len(names(world.panels[target]))) == (0, 6)
    assert {len(key.placements) for key in await keys(world)} == {2}


async def test_a_key_that_turns_back_half_way_is_served_all_the_time(two_panels: World) -> None:
    """The new panel dies before it has confirmed anything, and the old one is taken again: no link is ever missing."""
    world, shop = two_panels, Shop(two_panels.ports())
    links = {key.id: (key.subscription_url, key.links) for key in await keys(world)}
    await shop.evacuate_panel(ONE, OWNER_NAME)
    world.panels["two"].unavailable = True
    await shop.work()
    async with world.storage.transaction() as tx:
        for record in await tx.panels.all():
            await tx.panels.put(type(record)(record.id, record.kind, record.name))
    await shop.evacuate_panel(TWO, OWNER_NAME)
    assert {key.id: (key.subscription_url, key.links) for key in await keys(world)} == links
    await shop.work()
    world.panels["two"].unavailable = False
    world.clock.advance(minutes=1)
    await shop.work()
    assert {key.id: (key.subscription_url, key.links) for key in await keys(world)} == links
    assert (len(names(world.panels["one"])), len(names(world.panels["two"]))) == (6, 0)
    assert all(len(world.notices(key.tg_id, "key_ready")) == 1 for key in await keys(world))


async def test_a_dry_run_changes_nothing(two_panels: World) -> None:
    """It says how many would move, and the panel goes on taking keys."""
    shop, before = Shop(two_panels.ports()), await keys(two_panels)
    evacuation = await shop.evacuate_panel(ONE, OWNER_NAME, dry_run=True)
    assert dict(evacuation.moved) == {TWO: 6}
    assert await keys(two_panels) == before
    async with two_panels.storage.transaction() as tx:
        assert not any(record.draining for record in await tx.panels.all())


async def test_without_room_elsewhere_keys_stay(two_panels: World) -> None:
    """What has no other place keeps its own and works; a later evacuation takes it along."""
    world, shop = two_panels, Shop(two_panels.ports())
    world.panels["two"].readings = (NodeReading("b", True, ("in-b",), 0, capacity=4),)
    evacuation = await shop.evacuate_panel(ONE, OWNER_NAME)
    await shop.work()
    assert (dict(evacuation.moved), evacuation.without_place) == ({TWO: 4}, 2)
    assert (len(names(world.panels["one"])), len(names(world.panels["two"]))) == (2, 4)
    world.panels["two"].readings = (NodeReading("b", True, ("in-b",), 0),)
    await shop.evacuate_panel(ONE, OWNER_NAME)
    await shop.work()
    assert (len(names(world.panels["one"])), len(names(world.panels["two"]))) == (0, 6)


async def test_keys_without_time_stay_behind(two_panels: World) -> None:
    """Nobody connects with them; when their customers buy again they are placed like new ones."""
    world, shop = two_panels, Shop(two_panels.ports())
    world.clock.advance(days=40)
    assert (await shop.evacuate_panel(ONE, OWNER_NAME)).without_time == 6
    del world.panels["one"]
    await shop.work()
    buyer = Buyer(Shop(world.ports()), world, TelegramId(100))
    await buyer.buy()
    assert (await buyer.key()).panel_id == TWO
    assert (await buyer.key()).expires_at > world.clock.now() + timedelta(days=29)


async def test_an_unknown_panel_is_named(two_panels: World) -> None:
    """A misspelt panel moves nothing."""
    with pytest.raises(NoSuchPanel):
        await Shop(two_panels.ports()).evacuate_panel(PanelId("three"), OWNER_NAME)

"""A panel is emptied from Telegram: the worker carries it out, through restarts, until it is stopped or done."""

from dataclasses import replace

import pytest

from orbit_domain.access.key import Key
from orbit_domain.access.panel_changes import NoSuchNode, NoSuchPanel, PanelEdit
from orbit_domain.access.repository import PanelRecord
from orbit_domain.ids import PanelId, TelegramId
from orbit_domain.node.fleet import NodeReading, NodeStamp, node_stamp
from orbit_domain.steps.already_done import AlreadyDone
from orbit_domain.steps.require_permission import NotPermitted
from orbit_domain.use_cases.carry_out_evacuations import CarryOutEvacuations
from orbit_domain.use_cases.count_keys import CountKeys
from orbit_domain.use_cases.preview_evacuation import PreviewEvacuation
from orbit_domain.user.user import Role
from tests.support.buyer import Buyer
from tests.support.invariants import check_ledger
from tests.support.shop import OWNER, Shop
from tests.support.world import World

ONE, TWO = PanelId("one"), PanelId("two")
VERA = TelegramId(100)
KEYS = 6


@pytest.fixture
async def world() -> World:
    """Six customers' keys live on `one`; `two` is as large, and empty. Vera is an owner as well."""
    world = World({"one": ("a",), "two": ("b",)})
    readings, world.panels["two"].readings = world.panels["two"].readings, ()
    shop = Shop(world.ports())
    await shop.open()
    for number in range(KEYS):
        await (buyer := Buyer(shop, world, TelegramId(100 + number))).start()
        await buyer.buy()
    await shop.change_role(OWNER, VERA, Role.OWNER)
    world.panels["two"].readings = readings
    return world


@pytest.fixture
def shop(world: World) -> Shop:
    return Shop(world.ports())


async def homes(world: World) -> dict[PanelId | None, int]:
    """How many keys live on each panel."""
    found: dict[PanelId | None, int] = {}
    for key in await keys(world):
        found[key.panel_id] = found.get(key.panel_id, 0) + 1
    return found


async def keys(world: World) -> list[Key]:
    async with world.storage.transaction() as tx:
        return list(await tx.keys.page(None, 100))


async def record(world: World, panel_id: PanelId = ONE) -> PanelRecord:
    async with world.storage.transaction() as tx:
        found = await tx.panels.lock(panel_id)
    assert found is not None
    return found


async def log(world: World) -> list[tuple[str, str]]:
    """What was done to the panel, and by whom, the oldest first."""
    async with world.storage.transaction() as tx:
        return [(one.action, one.actor) for one in reversed(await tx.admin_log.of_subject("panel:one", 20))]


async def test_what_is_shown_is_what_moves(world: World, shop: Shop) -> None:
    """The preview moves nothing and names each panel; the worker moves so many, and ends it, logged with its actors."""
    preview = await shop.preview_evacuation(OWNER, ONE)
    assert (dict(preview.moves), preview.without_place, preview.without_time) == ({TWO: KEYS}, 0, 0)
    assert (preview.is_all, preview.is_last, await homes(world)) == (True, False, {ONE: KEYS})
    await shop.start_evacuation(OWNER, ONE)
    assert (await record(world)).draining
    assert (await shop.show_panel(OWNER, ONE)).living == KEYS
    assert await shop.carry_out_evacuations() == KEYS
    assert (await homes(world), (await shop.show_panel(OWNER, ONE)).living) == ({TWO: KEYS}, 0)
    assert (await shop.list_panels(ONE))[0].duties.leaving == KEYS
    await shop.work()
    assert (world.panels["one"].accounts, len(world.panels["two"].accounts)) == ({}, KEYS)
    after = await record(world)
    assert (after.draining, after.evacuating) == (True, False)
    assert await shop.carry_out_evacuations() == 0
    assert await log(world) == [("start_evacuation", f"telegram:{OWNER}"), ("end_evacuation", "worker")]
    await check_ledger(world)


async def test_it_goes_on_where_it_was_killed_and_ends_when_stopped(world: World, shop: Shop) -> None:
    """Another process moves the rest, no key twice; a stop leaves the others where they are, and no new key comes."""
    await shop.start_evacuation(OWNER, ONE)

    class Killed(Exception):
        pass

    class DiesAfterAPage(CarryOutEvacuations):
        async def _page(self, panel_id, after):
            if after is not None:
                raise Killed
            return await super()._page(panel_id, after)

    parts = (world.storage, world.clock, world.ports().ids, shop.carry_out_evacuations.read_fleet)
    with pytest.raises(Killed):
        await DiesAfterAPage(*parts, page_size=2)()
    moved = {key.id: key.home.number for key in await keys(world) if key.panel_id == TWO}
    assert len(moved) == 2

    class StopsAfterAPage(CarryOutEvacuations):
        async def _page(self, panel_id, after):
            if after is not None:
                await shop.stop_evacuation(VERA, ONE)
            return await super()._page(panel_id, after)

    assert await StopsAfterAPage(*parts, page_size=2)() == 2
    assert await homes(world) == {ONE: 2, TWO: 4}
    assert moved.items() <= {key.id: key.home.number for key in await keys(world)}.items()
    assert await shop.carry_out_evacuations() == 0
    assert (await record(world)).draining
    assert (await log(world))[-1] == ("stop_evacuation", f"telegram:{VERA}")


async def test_keys_without_a_place_wait_for_one(world: World, shop: Shop) -> None:
    """They are shown before, stay where they are served, and move as soon as there is room; meanwhile it runs."""
    await shop.change_panel(TWO, PanelEdit(capacity=4), "cli:root")
    preview = await shop.preview_evacuation(OWNER, ONE)
    assert (dict(preview.moves), preview.without_place) == ({TWO: 4}, 2)
    await shop.start_evacuation(OWNER, ONE)
    assert await shop.carry_out_evacuations() == 4
    await shop.work()
    assert await shop.carry_out_evacuations() == 0
    assert (await record(world)).evacuating
    await shop.change_panel(TWO, PanelEdit(has_no_limit=True), "cli:root")
    assert await shop.carry_out_evacuations() == 2
    assert not (await record(world)).evacuating


async def test_a_panel_that_takes_keys_again_is_emptied_no_more(world: World, shop: Shop) -> None:
    """From Telegram or the command line; draining it again doesn't begin where it ended."""
    await shop.start_evacuation(OWNER, ONE)
    await shop.drain_panel(OWNER, ONE, drains=False)
    await shop.drain_panel(OWNER, ONE, drains=True)
    assert await shop.carry_out_evacuations() == 0
    assert (await homes(world), (await record(world)).evacuating) == ({ONE: KEYS}, False)


async def test_two_owners_at_once_hear_who_was_first(world: World, shop: Shop) -> None:
    """Starting what runs and stopping what doesn't name whoever did it before; so does a rebalance."""
    await shop.start_evacuation(VERA, ONE)
    with pytest.raises(AlreadyDone) as started:
        await shop.start_evacuation(OWNER, ONE)
    assert (started.value.actor, started.value.at) == (f"telegram:{VERA}", world.clock.now())
    await shop.stop_evacuation(OWNER, ONE)
    with pytest.raises(AlreadyDone) as stopped:
        await shop.stop_evacuation(VERA, ONE)
    assert stopped.value.actor == f"telegram:{OWNER}"
    await shop.drain_panel(OWNER, ONE, drains=False)
    await shop.steer_rebalance(VERA, runs=True)
    with pytest.raises(AlreadyDone) as spread:
        await shop.steer_rebalance(OWNER, runs=True)
    assert spread.value.actor == f"telegram:{VERA}"
    assert (await shop.open_rebalance(OWNER)).view.begun is not None
    await shop.steer_rebalance(OWNER, runs=False)
    with pytest.raises(AlreadyDone):
        await shop.steer_rebalance(VERA, runs=False)


async def test_without_the_role_nothing_is_shown_or_done(world: World, shop: Shop) -> None:
    """An admin isn't an owner, and a role that was taken away a second ago doesn't count."""
    await shop.change_role(OWNER, VERA, Role.ADMIN)
    for refused in (
        shop.show_panels(VERA),
        shop.show_panel(VERA, ONE),
        shop.preview_evacuation(VERA, ONE),
        shop.start_evacuation(VERA, ONE),
        shop.stop_evacuation(VERA, ONE),
        shop.drain_panel(VERA, ONE, drains=True),
        shop.switch_node(VERA, ONE, node_stamp("a"), takes=False),
        shop.open_rebalance(VERA),
        shop.steer_rebalance(VERA, runs=True),
        shop.steer_rebalance(VERA, runs=False),
    ):
        with pytest.raises(NotPermitted):
            await refused
    assert await log(world) == []
    assert (await record(world)).draining is False


async def test_an_unknown_panel_is_refused(shop: Shop) -> None:
    """A button of a panel that is gone."""
    gone = PanelId("gone")
    for refused in (
        shop.show_panel(OWNER, gone),
        shop.preview_evacuation(OWNER, gone),
        shop.start_evacuation(OWNER, gone),
        shop.stop_evacuation(OWNER, gone),
        shop.switch_node(OWNER, gone, node_stamp("a"), takes=False),
    ):
        with pytest.raises(NoSuchPanel):
            await refused


async def test_a_node_is_switched_off_and_on(world: World, shop: Shop) -> None:
    """Keys there stay and new ones go elsewhere; twice is like once; a node that is gone can be let in again."""
    world.panels["one"].readings = (NodeReading("a", True, ("in-a",), 0), NodeReading("c", True, ("in-c",), 0))
    shop = Shop(world.ports())
    for _ in range(2):
        await shop.switch_node(OWNER, ONE, node_stamp("a"), takes=False)
    page = await shop.show_panel(OWNER, ONE)
    assert {node.reading.name: node.excluded for node in page.nodes} == {"a": True, "c": False}
    assert await homes(world) == {ONE: KEYS}
    world.panels["one"].readings = (NodeReading("c", True, ("in-c",), 0),)
    shop = Shop(world.ports())
    await shop.switch_node(VERA, ONE, node_stamp("a"), takes=True)
    assert (await record(world)).excluded_nodes == ()
    assert await log(world) == [("change_panel", f"telegram:{OWNER}"), ("change_panel", f"telegram:{VERA}")]
    with pytest.raises(NoSuchNode):
        await shop.switch_node(OWNER, ONE, NodeStamp("f" * 12), takes=False)


async def test_the_last_panel_is_said_to_be_the_last(world: World, shop: Shop) -> None:
    """When no other one takes new keys; a long panel is looked at in part, and that is said, too."""
    assert not (await shop.show_panel(OWNER, ONE)).is_last
    await shop.drain_panel(OWNER, TWO, drains=True)
    assert (await shop.show_panel(OWNER, ONE)).is_last
    short = PreviewEvacuation(
        world.storage, world.clock, shop.preview_evacuation.read_fleet, OWNER, page_size=2, looked_at=4
    )
    preview = await short(OWNER, ONE)
    assert (preview.is_last, preview.is_all, preview.without_place) == (True, False, 4)


async def test_the_keys_of_a_large_shop_are_shared_by_the_others() -> None:
    """Where keys are counted once a minute, what moves meanwhile counts too: no panel gets them all."""
    world = World({"one": ("a",), "two": ("b",), "three": ("c",)})
    others = [world.panels[name] for name in ("two", "three")]
    readings = [panel.readings for panel in others]
    for panel in others:
        panel.readings = ()
    shop = Shop(world.ports())
    await shop.open()
    for number in range(KEYS):
        await (buyer := Buyer(shop, world, TelegramId(100 + number))).start()
        await buyer.buy()
    for panel, of_panel in zip(others, readings, strict=True):
        panel.readings = of_panel
    await shop.start_evacuation(OWNER, ONE)
    fleet = replace(shop.read_fleet, count_keys=CountKeys(world.storage, world.clock, small=0))
    assert await replace(shop.carry_out_evacuations, read_fleet=fleet, page_size=1)() == KEYS
    assert await homes(world) == {TWO: KEYS // 2, PanelId("three"): KEYS // 2}

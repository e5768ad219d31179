"""A place isn't for ever: what can't be served where it lived is served elsewhere, and each key is counted at once."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from orbit_adapters.memory.panel import MemoryPanel
from orbit_domain.access.account import Account, AccountState
from orbit_domain.access.breaker import PanelBreakers
from orbit_domain.access.placement import Placement
from orbit_domain.ids import KeyId, PanelId, TelegramId
from orbit_domain.node.fleet import NodeReading
from orbit_domain.notice.notice import KeyReady
from orbit_domain.order.order import OrderState
from orbit_domain.use_cases.count_keys import CountKeys
from orbit_domain.use_cases.place_keys import PlaceKeys
from orbit_domain.use_cases.provision_keys import ProvisionKeys
from orbit_domain.use_cases.read_fleet import ReadFleet
from tests.support.buyer import ALICE, Buyer
from tests.support.shop import Shop
from tests.support.world import MAIN, World

FIRST, SECOND = PanelId("one"), PanelId("two")


class RemotePanel(MemoryPanel):
    """A panel behind a network, as every real one is: others run while it reads its nodes."""

    async def nodes(self) -> tuple[NodeReading, ...]:
        await asyncio.sleep(0)
        return await super().nodes()


class NewLinks(MemoryPanel):
    """A panel whose links die with their account, as Marzban's do."""

    made = 0

    async def ensure(self, account: Account) -> AccountState:
        state = await super().ensure(account)
        self.made += state.is_new
        return replace(state, subscription_url=f"{state.subscription_url}-{self.made}")


class HungPanel(MemoryPanel):
    """A panel that accepts every call and never answers."""

    async def ensure(self, account: Account) -> AccountState:
        await asyncio.Event().wait()
        raise AssertionError("never reached")

    async def nodes(self) -> tuple[NodeReading, ...]:
        await asyncio.Event().wait()
        raise AssertionError("never reached")


def replace_panel(world: World, panel_id: PanelId, kind: type[MemoryPanel], *nodes: NodeReading) -> MemoryPanel:
    """Another kind of panel under that id, with the same accounts, and with *nodes* if there are any."""
    old = world.panels[panel_id]
    placements = frozenset(tag for node in nodes for tag in node.groups) or None
    panel = kind(panel_id, world.clock, nodes or old.readings, placements)
    panel.accounts = old.accounts
    world.panels[panel_id] = panel
    return panel


async def opened_shop(world: World) -> Shop:
    shop = Shop(world.ports())
    await shop.open()
    return shop


async def start_trials(world: World, shop: Shop, people: int) -> None:
    for number in range(people):
        buyer = Buyer(shop, world, TelegramId(100 + number))
        await buyer.start()
        await shop.start_trial(buyer.tg_id)


async def counts(world: World) -> dict[tuple[PanelId, str], int]:
    async with world.storage.transaction() as tx:
        return dict(await tx.keys.count_by_node(world.clock.now()))


async def renew(alice: Buyer, world: World) -> OrderState:
    """What became of a renewal over the panels of *world* as they are now, after one turn."""
    alice.shop = Shop(world.ports())
    await alice.shop.seed_shop()
    order = await alice.buy()
    return (await alice.order(order.id)).state


async def test_a_renewal_is_delivered_after_its_inbound_was_renamed(alice: Buyer, world: World) -> None:
    """The panel refuses the old placement: the key takes the new one of its node at once, and its link lives."""
    await alice.buy()
    before = await alice.key()
    replace_panel(world, MAIN, MemoryPanel, NodeReading("home", True, ("renamed",), 0))
    assert await renew(alice, world) is OrderState.DELIVERED
    key = await alice.key()
    assert (key.home.node, key.home.groups, key.home.attempts) == ("home", ("renamed",), 0)
    assert key.subscription_url == before.subscription_url


async def test_a_key_stays_on_its_node_when_only_the_inbound_changed() -> None:
    """An emptier node isn't a reason to move a key whose own node can still serve it."""
    world = World({"one": ("a", "b")})
    alice = Buyer(await opened_shop(world), world)
    await alice.start()
    await alice.buy()
    node = (await alice.key()).home.node
    other = "b" if node == "a" else "a"
    replace_panel(
        world, FIRST, MemoryPanel, NodeReading(str(node), True, ("new",), 10**12), NodeReading(other, True, ("x",), 0)
    )
    assert await renew(alice, world) is OrderState.DELIVERED
    assert (await alice.key()).home.node == node


async def test_a_renewal_is_delivered_after_its_panel_was_renamed(alice: Buyer, world: World) -> None:
    """A panel that the settings don't know any more holds no key: it goes where one is known."""
    await alice.buy()
    old = world.panels.pop(MAIN)
    world.panels["germany"] = MemoryPanel(PanelId("germany"), world.clock, old.readings)
    world.panels["germany"].accounts = old.accounts
    assert await renew(alice, world) is OrderState.DELIVERED
    assert (await alice.key()).panel_id == "germany"


async def test_a_key_that_goes_to_another_panel_leaves_no_account_behind() -> None:
    """The panel that can't serve it lets it go when the other one has it, and the customer hears of the link."""
    world = World({"one": ("a",), "two": ()})
    alice = Buyer(await opened_shop(world), world)
    await alice.start()
    await alice.buy()
    left = replace_panel(world, FIRST, MemoryPanel)
    left.readings, left.placements = (), frozenset()
    world.panels["two"].readings = (NodeReading("b", True, ("in-b",), 0),)
    assert await renew(alice, world) is OrderState.DELIVERED
    await alice.shop.work(1)
    assert (list(left.accounts), list(world.panels["two"].accounts)) == ([], ["orbit_42"])
    assert is_new_flags(alice) == [True, True]


async def test_a_refusal_without_another_place_keeps_its_reason(alice: Buyer, world: World) -> None:
    """Where nothing else can serve the key, the owner reads what the panel said."""
    world.panel.placements = frozenset()
    alice.send(await alice.start_purchase())
    await alice.shop.work(1)
    assert "unknown placement" in str((await alice.key()).home.last_error)


async def test_a_batch_never_takes_more_room_than_there_is() -> None:
    """Ten keys come due at once where one fits: one is placed, nine wait."""
    world = World()
    shop = await opened_shop(world)
    async with world.storage.transaction() as tx:
        (panel,) = await tx.panels.all()
        await tx.panels.put(replace(panel, capacity=1))
    replace_panel(world, MAIN, RemotePanel)
    await start_trials(world, shop, 10)
    assert await Shop(world.ports()).provision_keys() == 1
    assert await counts(world) == {(MAIN, "home"): 1}


async def test_a_batch_is_spread_over_equal_nodes() -> None:
    """Twenty keys that come due at once go to two equal panels by halves."""
    world = World({"one": ("a",), "two": ("b",)})
    shop = await opened_shop(world)
    for panel_id in (FIRST, SECOND):
        replace_panel(world, panel_id, RemotePanel)
    await start_trials(world, shop, 20)
    await Shop(world.ports()).provision_keys()
    assert await counts(world) == {(FIRST, "a"): 10, (SECOND, "b"): 10}


async def test_the_owner_s_room_and_exclusion_of_a_node_hold() -> None:
    """The capacity in the settings of a node counts before the panel's, and an excluded node gets nothing."""
    world = World()
    shop = await opened_shop(world)
    small, rest = (NodeReading(name, True, (name,), 0) for name in ("small", "rest"))
    replace_panel(world, MAIN, MemoryPanel, replace(small, capacity=2), replace(rest, excluded=True))
    await start_trials(world, shop, 5)
    await Shop(world.ports()).provision_keys()
    assert await counts(world) == {(MAIN, "small"): 2}


async def test_a_rename_passes_over_the_names_of_the_user_s_other_keys(alice: Buyer, world: World) -> None:
    """The next name may be a sibling's: the first free one is taken, and the key is delivered."""
    await alice.shop.start_trial(ALICE)
    first = await alice.key()
    home = Placement(0, "orbit_42_2", panel_id=MAIN, node="home", groups=("in-home",), applied_revision=1)
    async with world.storage.transaction() as tx:
        await tx.keys.add(replace(first, id=KeyId(UUID(int=7)), number=2, placements=(home,)))
    world.panel.add_foreign("orbit_42")
    await alice.shop.work(3)
    key = next(key for key in (await alice.shop.show_keys(ALICE)).keys if key.id == first.id)
    assert (key.username, key.is_confirmed) == ("orbit_42_3", True)


async def test_a_start_never_overwrites_what_the_owner_set(shop: Shop, world: World) -> None:
    """Draining, room and exclusions outlive a restart; a panel that is new in the settings is recorded."""
    async with world.storage.transaction() as tx:
        (panel,) = await tx.panels.all()
        await tx.panels.put(own := replace(panel, draining=True, capacity=500, excluded_nodes=("bad",)))
    world.panels["new"] = MemoryPanel(PanelId("new"), world.clock)
    await Shop(world.ports()).seed_shop()
    async with world.storage.transaction() as tx:
        assert {record.id: record for record in await tx.panels.all()}[MAIN] == own
        assert len(await tx.panels.all()) == 2


async def want_again(world: World, *people: TelegramId) -> None:
    """Their keys aren't confirmed any more."""
    async with world.storage.transaction() as tx:
        for tg_id in people:
            for key in await tx.keys.of_user(tg_id):
                await tx.keys.save(key.reapply(0, world.clock.now()))


def is_new_flags(buyer: Buyer) -> list[bool]:
    """What the customer was told of the link, time after time."""
    return [notice.is_new for notice in buyer.notices("key_ready") if isinstance(notice, KeyReady)]


@pytest.mark.parametrize(("accident", "is_new"), [("lose", True), ("disable", False)])
async def test_a_renewal_tells_whether_the_link_is_new(alice: Buyer, world: World, accident: str, is_new: bool) -> None:
    """The link of an account that had to be made again is told as new; a revived account keeps its link."""
    replace_panel(world, MAIN, NewLinks)
    alice.shop = Shop(world.ports())
    await alice.buy()
    getattr(world.panel, accident)("orbit_42")
    await alice.buy()
    assert is_new_flags(alice) == [True, is_new]


async def test_a_new_link_is_told_although_nothing_was_bought(alice: Buyer, world: World) -> None:
    """Whatever made the panel lose the account: the customer hears of the new link when it is made again."""
    replace_panel(world, MAIN, NewLinks)
    alice.shop = Shop(world.ports())
    await alice.buy()
    world.panel.lose("orbit_42")
    await want_again(world, ALICE)
    await alice.shop.work()
    assert is_new_flags(alice) == [True, True]


async def test_a_hung_panel_ends_with_the_turn_and_holds_up_nobody_else() -> None:
    """Calls without an answer end before the lease does; keys of the other panel are delivered in the same turn."""
    world = World({"one": ("a",), "two": ("b",)})
    shop = await opened_shop(world)
    await start_trials(world, shop, 2)
    await shop.provision_keys()
    replace_panel(world, FIRST, HungPanel)
    people = [TelegramId(100), TelegramId(101)]
    await want_again(world, *people)
    await Buyer(shop, world).start()
    await shop.start_trial(ALICE)
    ports = world.ports()
    no_time = timedelta(0)
    breakers = PanelBreakers()
    counts = CountKeys(ports.storage, ports.clock)
    fleet = ReadFleet(ports.storage, ports.clock, ports.panels, breakers, counts, limit=no_time)
    place = PlaceKeys(ports.storage, ports.clock, ports.panels, breakers, fleet)
    turn = ProvisionKeys(
        ports.storage, ports.clock, ports.ids, ports.panels, breakers, place, ports.address, calls_limit=no_time
    )
    assert await turn() == 2
    keys = [key for tg_id in [*people, ALICE] for key in (await shop.show_keys(tg_id)).keys]
    assert sorted((key.home.node, key.is_confirmed) for key in keys) == [("a", False), ("b", True), ("b", True)]


def test_calls_to_panels_end_before_the_lease() -> None:
    """Neither a turn of a panel nor the choice of places outlasts the lease of what it has claimed."""
    shop = Shop(World().ports())
    assert shop.provision_keys.calls_limit < shop.provision_keys.lease
    assert shop.read_fleet.limit + shop.read_fleet.patience < shop.place_keys.lease

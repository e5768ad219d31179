"""A panel that fails delays nobody but those it serves, and those not longer than it must."""

import asyncio
from dataclasses import replace

import pytest

from orbit_adapters.memory.panel import MemoryPanel
from orbit_domain.access.account import Account, AccountState
from orbit_domain.access.ports import OutcomeUnknown, PanelUnavailable
from orbit_domain.ids import KeyId, PanelId, TelegramId
from orbit_domain.node.fleet import NodeReading
from orbit_domain.order.order import OrderState
from tests.support.buyer import Buyer
from tests.support.invariants import check_ledger
from tests.support.shop import Shop
from tests.support.virtual_time import in_virtual_time
from tests.support.world import World

ONE, TWO = PanelId("one"), PanelId("two")


class Deceptive(MemoryPanel):
    """A panel that shows its nodes and fails at everything else; what it was asked to make it makes after all."""

    is_well = False

    async def ensure(self, account: Account) -> AccountState:
        state = await super().ensure(account)
        if not self.is_well:
            raise OutcomeUnknown(self.panel_id, "no answer")
        return state

    async def get(self, username: str, key_id: KeyId) -> AccountState | None:
        self._fail()
        return await super().get(username, key_id)

    async def delete(self, username: str, key_id: KeyId) -> None:
        self._fail()
        await super().delete(username, key_id)

    def _fail(self) -> None:
        if not self.is_well:
            raise PanelUnavailable(self.panel_id, "no answer")


class Silent(Deceptive):
    """A panel that says nothing of its nodes and is asked for them five times while it answers something else."""

    shop: Shop | None = None

    async def nodes(self) -> tuple[NodeReading, ...]:
        self._fail()
        return await super().nodes()

    async def ensure(self, account: Account) -> AccountState:
        state = await super().ensure(account)
        if self.shop is not None:
            self.is_well = False
            for _ in range(5):
                await self.shop.read_fleet()
            self.is_well, self.shop = True, None
        return state


class Hung(MemoryPanel):
    """A panel that never answers about its nodes."""

    async def nodes(self) -> tuple[object, ...]:  # type: ignore[override]
        await asyncio.Event().wait()
        return ()


@pytest.fixture
async def world() -> World:
    """Two panels, of which the first is preferred, and deceives."""
    world = World({"one": ("a",), "two": ("b",)})
    world.panels["one"] = Deceptive(ONE, world.clock, world.panels["one"].readings)
    await Shop(world.ports()).seed_shop()
    async with world.storage.transaction() as tx:
        (second,) = [record for record in await tx.panels.all() if record.id == TWO]
        await tx.panels.put(replace(second, priority=200))
    return world


async def buyers(world: World, shop: Shop, people: int) -> list[Buyer]:
    """So many customers who have just paid."""
    found = []
    for number in range(people):
        found.append(buyer := Buyer(shop, world, TelegramId(100 + number)))
        await buyer.start()
        view = await buyer.start_purchase()
        buyer.send(view)
    await shop.scan_and_settle()
    return found


async def states(people: list[Buyer]) -> set[OrderState]:
    found = set()
    for buyer in people:
        async with buyer.world.storage.transaction() as tx:
            found |= {order.state for order in await tx.orders.newest(buyer.tg_id, 5)}
    return found


async def test_a_new_key_goes_elsewhere_when_its_panel_fails(world: World) -> None:
    """Nobody knows what the failing panel made: the key is served by the other one, and the first is cleaned later."""
    shop = Shop(world.ports())
    await shop.open()
    people = await buyers(world, shop, 5)
    await shop.work()
    world.clock.advance(minutes=1)
    await shop.work()
    assert await states(people) == {OrderState.DELIVERED}
    assert {(await buyer.key()).panel_id for buyer in people} == {TWO}
    strays = len(world.panels["one"].accounts)
    assert strays > 0
    one = world.panels["one"]
    assert isinstance(one, Deceptive)
    one.is_well = True
    world.clock.advance(minutes=1)
    await shop.work()
    assert (len(one.accounts), len(world.panels["two"].accounts)) == (0, 5)
    await check_ledger(world)


async def test_after_days_without_any_panel_everybody_is_served_in_a_minute(world: World) -> None:
    """However long their keys have been waiting, and whatever back-off they have: one pause after the recovery."""
    shop = Shop(world.ports())
    await shop.open()
    for panel in world.panels.values():
        panel.unavailable = True
    people = await buyers(world, shop, 30)
    for _ in range(50):
        world.clock.advance(hours=1)
        await shop.work(1)
    assert await states(people) == {OrderState.PAID}
    world.panels["two"].unavailable = False
    for _ in range(6):
        world.clock.advance(seconds=10)
        await shop.work(1)
    assert await states(people) == {OrderState.DELIVERED}


async def test_a_panel_that_hangs_delays_no_choice(world: World) -> None:
    """What the others can take is known a moment after the first of them has answered."""
    world.panels["one"] = Hung(ONE, world.clock)
    ports = world.ports()
    shop = Shop(ports)
    fleet = await replace(shop.read_fleet, patience=shop.read_fleet.patience * 0)()
    assert [node.panel_id for node in fleet] == [TWO]


async def seconds_to_read_the_fleet(world: World) -> list[float]:
    """How long each of eight looks at the nodes takes."""
    shop, seconds = Shop(world.ports()), list[float]()
    await shop.seed_shop()
    for _ in range(8):
        begun = world.clock.now()
        await shop.read_fleet()
        seconds.append((world.clock.now() - begun).total_seconds())
    return seconds


def test_a_panel_that_hangs_is_not_waited_for_again_and_again() -> None:
    """After five questions without an answer nobody waits for its nodes: keys are placed elsewhere at once."""
    world = World({"one": ("a",), "two": ("b",)})
    world.panels["one"] = Hung(ONE, world.clock)
    seconds = in_virtual_time(world.clock, lambda: seconds_to_read_the_fleet(world))
    assert [round(each) for each in seconds] == [1, 1, 1, 1, 1, 0, 0, 0]


async def test_who_finds_out_that_a_panel_fails_doesn_t_matter(world: World) -> None:
    """Only its nodes couldn't be read: what it never served goes elsewhere now, whatever back-off it has."""
    shop = Shop(world.ports())
    await shop.open()
    people = await buyers(world, shop, 1)
    for seconds in (0, 5, 10, 20):
        world.clock.advance(seconds=seconds)
        await shop.work(1)
    assert not shop.read_fleet.breakers.is_failing(ONE)
    world.panels["one"].unavailable = True
    await shop.read_fleet()
    assert shop.read_fleet.breakers.is_failing(ONE)
    await shop.work(2)
    assert ((await people[0].key()).panel_id, await states(people)) == (TWO, {OrderState.DELIVERED})


async def test_a_panel_that_answers_in_its_turn_is_asked_for_all_that_waits() -> None:
    """It began to fail and answered while one was served: the other one doesn't wait for the end of its back-off."""
    world = World({"one": ("a",)})
    one = Silent(ONE, world.clock, world.panels["one"].readings)
    world.panels["one"] = one
    one.is_well = True
    shop = Shop(world.ports())
    await shop.open()
    early = await buyers(world, shop, 1)
    await shop.provision_keys.place_keys()
    one.is_well = False
    for seconds in (0, 5, 10):
        world.clock.advance(seconds=seconds)
        await shop.provision_keys()
    late = Buyer(shop, world, TelegramId(200))
    await late.start()
    one.is_well = True
    late.send(await late.start_purchase())
    await shop.scan_and_settle()
    one.shop = shop
    await shop.provision_keys()
    assert await states([late]) == {OrderState.DELIVERED}
    await shop.provision_keys()
    assert await states(early) == {OrderState.DELIVERED}

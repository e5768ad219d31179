"""Keys are spread again over the panels: gradually, without an interruption, and never for the worse."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from orbit_domain.access.key import Key
from orbit_domain.access.rebalance import REBALANCE, RebalancePace
from orbit_domain.ids import PanelId, TelegramId
from orbit_domain.node.fleet import NodeReading
from tests.support.buyer import Buyer
from tests.support.invariants import check_ledger
from tests.support.shop import Shop
from tests.support.world import World
from tests.unit.use_cases.moving_journey import MovingJourney

ONE, TWO = PanelId("one"), PanelId("two")
PEOPLE = 8
OWNER_NAME = "cli:owner"


@pytest.fixture
async def world() -> World:
    """All customers' keys live on `one`; `two` was added since, and is as large."""
    world = World({"one": ("a",), "two": ("b",)})
    readings, world.panels["two"].readings = world.panels["two"].readings, ()
    shop = Shop(world.ports())
    await shop.open()
    for number in range(PEOPLE):
        await shop.register_user(TelegramId(100 + number), f"user{number}", "en")
        await shop.start_trial(TelegramId(100 + number))
    await shop.work()
    world.panels["two"].readings = readings
    return world


def paced(world: World, moves_per_hour: int = 60) -> Shop:
    """A process that moves so many keys an hour."""
    shop = Shop(world.ports())
    shop.rebalance_keys = replace(shop.rebalance_keys, pace=RebalancePace(moves_per_hour))
    return shop


async def keys(world: World) -> list[Key]:
    async with world.storage.transaction() as tx:
        return list(await tx.keys.page(None, 100))


async def homes(world: World) -> dict[PanelId | None, int]:
    return dict(Counter(key.panel_id for key in await keys(world)))


async def minutes(world: World, shop: Shop, count: int) -> list[int]:
    """What each of so many runs of the worker moved, a minute apart."""
    moved = []
    for _ in range(count):
        moved.append(await shop.rebalance_keys())
        await shop.work(2)
        for key in await keys(world):
            assert key.serving.username in world.panels[key.serving.panel_id or ""].accounts
        world.clock.advance(minutes=1)
    return moved


async def log(world: World) -> list[tuple[str, str, str]]:
    async with world.storage.transaction() as tx:
        actions = await tx.admin_log.of_subject(REBALANCE, 9)
    return [(one.action, one.actor, one.reason) for one in reversed(actions)]


async def test_a_new_panel_gets_its_share_key_by_key(world: World) -> None:
    """One a minute, each served all the time and told of its new link once; it ends by itself, nothing is left."""
    shop, before = paced(world), {key.id: key.credential for key in await keys(world)}
    assert await shop.rebalance_keys() == 0
    assert await shop.start_rebalance(OWNER_NAME, "grows")
    assert not await shop.start_rebalance(OWNER_NAME)
    assert await minutes(world, shop, 6) == [1, 1, 1, 1, 0, 0]
    assert await homes(world) == {ONE: 4, TWO: 4}
    assert [len(panel.accounts) for panel in world.panels.values()] == [4, 4]
    assert {key.id: key.credential for key in await keys(world)} == before
    told = {(key.panel_id, len(world.notices(key.tg_id, "key_ready"))) for key in await keys(world)}
    assert told == {(ONE, 1), (TWO, 2)}
    assert await log(world) == [
        ("start_rebalance", OWNER_NAME, "grows"),
        ("end_rebalance", "worker", "moved: 4; spread: 0 %"),
    ]
    await check_ledger(world)


async def test_no_more_than_so_many_an_hour(world: World) -> None:
    """Two in any hour, whatever restarts or second workers there are; the rest goes on in the next hour."""
    await paced(world).start_rebalance(OWNER_NAME)
    first = [moved for _ in range(3) for moved in await minutes(world, paced(world, 2), 10)]
    assert (first[:2], sum(first)) == ([1, 1], 2)
    world.clock.advance(minutes=40)
    assert sum(await minutes(world, paced(world, 2), 5)) == 2
    assert await homes(world) == {ONE: 4, TWO: 4}


@pytest.mark.parametrize("at_once", [1, 3, 10])
async def test_two_workers_move_together_what_one_would(world: World, at_once: int) -> None:
    """A few at a time: whoever finds that another has moved keys since it planned leaves the rest to the next run."""
    workers = [paced(world, 600) for _ in range(2)]
    for shop in workers:
        shop.rebalance_keys = replace(shop.rebalance_keys, moved_at_once=at_once)
    await workers[0].start_rebalance(OWNER_NAME)
    moved = await asyncio.gather(*(shop.rebalance_keys() for shop in workers))
    assert 0 < sum(moved) <= 4
    await minutes(world, workers[0], 2)
    assert await homes(world) == {ONE: 4, TWO: 4}
    assert (await log(world))[-1] == ("end_rebalance", "worker", "moved: 4; spread: 0 %")


async def test_what_is_shown_is_what_will_be(world: World) -> None:
    """A dry run names from where to where, and both spreads, and changes nothing; later it says how far it is."""
    shop, before = paced(world), await keys(world)
    view = await shop.show_rebalance()
    assert [(move.source.panel_id, move.target.panel_id) for move in view.plan.moves] == [(ONE, TWO)] * 4
    assert (view.plan.before, view.plan.after, view.begun, view.moved) == (1, 0, None, 0)
    assert (await keys(world), await log(world)) == (before, [])
    await shop.start_rebalance(OWNER_NAME)
    await minutes(world, shop, 3)
    view = await shop.show_rebalance()
    assert (len(view.plan.moves), view.moved, view.begun is not None) == (1, 3, True)


async def test_the_owner_stops_it(world: World) -> None:
    """What was moved stays, nothing more moves, and it may be begun again."""
    shop = paced(world)
    assert await shop.stop_rebalance(OWNER_NAME) is None
    await shop.start_rebalance(OWNER_NAME)
    await minutes(world, shop, 2)
    assert await shop.stop_rebalance(OWNER_NAME, "busy hour") == 2
    assert sum(await minutes(world, shop, 5)) == 0
    assert await homes(world) == {ONE: 6, TWO: 2}
    last = (await shop.show_rebalance()).last
    assert last is not None
    assert (last.action, last.reason) == ("stop_rebalance", "busy hour")
    assert await shop.start_rebalance(OWNER_NAME)
    assert sum(await minutes(world, shop, 5)) == 2


async def test_it_waits_for_a_panel_that_does_not_answer(world: World) -> None:
    """Nothing moves in vain, and it doesn't count as done; a panel that drains takes nothing and isn't waited for."""
    shop = paced(world)
    await shop.start_rebalance(OWNER_NAME)
    world.panels["two"].unavailable = True
    assert (await shop.show_rebalance()).waits_for == (TWO,)
    assert sum(await minutes(world, shop, 10)) == 0
    world.panels["two"].unavailable = False
    assert sum(await minutes(world, shop, 1)) == 0
    assert not shop.read_fleet.breakers.is_failing(TWO)
    assert sum(await minutes(world, shop, 1)) == 1
    async with world.storage.transaction() as tx:
        (record,) = [one for one in await tx.panels.all() if one.id == TWO]
        await tx.panels.put(replace(record, draining=True))
    moved = (await homes(world))[TWO]
    assert sum(await minutes(world, shop, 3)) == 0
    assert ((await homes(world))[TWO], (await log(world))[-1][0]) == (moved, "end_rebalance")


async def test_a_full_panel_gets_no_more(world: World) -> None:
    """Two fit: two move, and it ends with what can be had."""
    world.panels["two"].readings = (NodeReading("b", True, ("in-b",), 0, capacity=2),)
    shop = paced(world)
    await shop.start_rebalance(OWNER_NAME)
    assert sum(await minutes(world, shop, 5)) == 2
    assert (await log(world))[-1][0] == "end_rebalance"


async def test_a_key_rests_after_its_move(world: World) -> None:
    """Its panel gets crowded the same day: others move back, those that came by a rebalance stay for a week."""
    shop = paced(world)
    await shop.start_rebalance(OWNER_NAME)
    await minutes(world, shop, 6)
    came = {key.id for key in await keys(world) if key.panel_id == TWO}
    world.panels["one"].readings, readings = (), world.panels["one"].readings
    for number in range(4):
        await (buyer := Buyer(shop, world, TelegramId(200 + number))).start()
        await buyer.buy()
    world.panels["one"].readings = readings
    assert await homes(world) == {ONE: 4, TWO: 8}
    await shop.start_rebalance(OWNER_NAME)
    await minutes(world, shop, 5)
    assert await homes(world) == {ONE: 6, TWO: 6}
    assert came <= {key.id for key in await keys(world) if key.panel_id == TWO}
    world.clock.advance(days=8)
    async with world.storage.transaction() as tx:
        now = world.clock.now()
        movable = await tx.rebalances.movable(now, now - timedelta(days=7))
    assert sum(movable.values()) == sum(key.expires_at > now for key in await keys(world))


class SharingJourney(MovingJourney):
    """Three customers' keys live on the first of two panels, and one of them is to move to the second."""

    async def share(self) -> None:
        """Begin, and let processes work until nothing is left to do."""
        await self._sell()
        await Shop(self.world.ports()).start_rebalance(OWNER_NAME)

        async def act(shop: Shop) -> None:
            await shop.rebalance_keys()
            await shop.rebalance_keys()
            while await shop.provision_keys():
                pass

        await self._finish(act)


async def check_shared(journey: SharingJourney) -> None:
    """One key has moved, each has one account, nobody was without one, and only the one that moved was told again."""
    keys, world = await journey.keys(), journey.world
    assert (await homes(world), journey.unserved) == ({ONE: 2, TWO: 1}, [])
    assert all(key.is_confirmed for key in keys)
    assert journey.accounts() == Counter((key.panel_id, key.username) for key in keys)
    assert sum(len(world.notices(key.tg_id, "key_ready")) for key in keys) == 4
    assert [action for action, _, _ in await log(world)] == ["start_rebalance", "end_rebalance"]


async def test_a_rebalance_may_crash_anywhere() -> None:
    """At every third call: the next process goes on, no key moves twice, and nobody is told twice."""
    whole = SharingJourney()
    await whole.share()
    await check_shared(whole)
    for call in range(1, whole.passed + 1, 3):
        journey = SharingJourney({call})
        await journey.share()
        assert journey.crashes == 1
        await check_shared(journey)
    assert whole.passed > 30

"""The load of nodes by our own keys: as good as what it decides, for a fixed price a key."""

from datetime import timedelta

import pytest

from orbit_domain.ids import PanelId
from orbit_domain.node.fleet import Place
from orbit_domain.use_cases.count_keys import CountKeys
from orbit_testing import samples
from orbit_testing.samples import HOUR, NOW
from tests.support.clock import FakeClock
from tests.support.world import World

_A, _B = (PanelId("m1"), "a"), (PanelId("m1"), "b")


async def _add(world: World, number: int, node: str) -> None:
    async with world.storage.transaction() as tx:
        await tx.users.add_if_absent(samples.new_user())
        await tx.keys.add(samples.placed(samples.key(number, expires_at=NOW + 24 * HOUR), "m1", node))


@pytest.mark.parametrize("placing", [0, 1])
async def test_a_small_shop_is_counted_each_time(placing: int) -> None:
    """What another process placed is seen at once, to look at it and to place the next one."""
    world = World()
    count = CountKeys(world.storage, FakeClock(NOW), small=3)
    for number in (1, 2):
        await _add(world, number, "a")
        assert dict(await count(placing)) == {_A: number}


async def test_who_looks_at_a_large_shop_sees_what_is_a_minute_old_at_most() -> None:
    """In between, what this process places and moves is added; then the rows count again."""
    world, clock = World(), FakeClock(NOW)
    count = CountKeys(world.storage, clock, small=2)
    for number in range(1, 6):
        await _add(world, number, "a")
    assert dict(await count()) == {_A: 5}
    await _add(world, 6, "a")
    await _add(world, 7, "b")
    count.placed(Place(PanelId("m1"), "b", ()))
    assert dict(await count()) == {_A: 5, _B: 1}
    count.placed(Place(PanelId("m1"), "b", ()), Place(PanelId("m1"), "a", ()))
    assert dict(await count()) == {_A: 4, _B: 2}
    clock.advance(seconds=count.fresh_for / timedelta(seconds=1))
    assert dict(await count()) == {_A: 6, _B: 1}


async def test_a_count_serves_a_share_of_what_it_has_counted() -> None:
    """Whoever places keys counts again for the third of six: one in three, and at the latest after some hours."""
    world, clock = World(), FakeClock(NOW)
    count = CountKeys(world.storage, clock, serves_one_in=3)
    for number in range(1, 7):
        await _add(world, number, "a")
    assert dict(await count(1)) == {_A: 6}
    await _add(world, 7, "b")
    clock.advance(minutes=10)
    assert dict(await count(1)) == {_A: 6}
    assert dict(await count(1)) == {_A: 6, _B: 1}
    await _add(world, 8, "b")
    assert dict(await count(1)) == {_A: 6, _B: 1}
    clock.advance(seconds=count.kept_for / timedelta(seconds=1))
    assert dict(await count(1)) == {_A: 6, _B: 2}

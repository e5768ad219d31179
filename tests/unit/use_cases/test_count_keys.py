"""The load of nodes by our own keys: exact in a small shop, at most a minute old in a large one."""

from datetime import timedelta

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
        await tx.keys.add(samples.placed(samples.key(number, expires_at=NOW + HOUR), "m1", node))


async def test_a_small_shop_is_counted_each_time() -> None:
    """What another process placed is seen at once."""
    world = World()
    count = CountKeys(world.storage, FakeClock(NOW), page_size=3)
    for number in (1, 2):
        await _add(world, number, "a")
        assert dict(await count()) == {_A: number}


async def test_a_large_shop_is_counted_once_a_minute_with_what_was_placed_here() -> None:
    """In between, what this process places and moves is added; then the rows count again."""
    world, clock = World(), FakeClock(NOW)
    count = CountKeys(world.storage, clock, page_size=2)
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

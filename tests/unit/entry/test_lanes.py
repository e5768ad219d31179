"""One user's updates in order, different users' side by side."""

import asyncio

import pytest

from orbit_entry.bot.lanes import Lanes


async def test_one_lane_keeps_its_order() -> None:
    """What entered a lane first is finished first, even when it takes longer."""
    lanes, done = Lanes(), []
    gate = asyncio.Event()

    async def slow() -> None:
        await gate.wait()
        done.append("slow")

    async def quick() -> None:
        done.append("quick")

    running = [asyncio.create_task(lanes.run(1, slow)), asyncio.create_task(lanes.run(1, quick))]
    other = asyncio.create_task(lanes.run(2, quick))
    await other
    gate.set()
    await asyncio.gather(*running)
    assert done == ["quick", "slow", "quick"]


async def test_a_failure_frees_the_lane() -> None:
    """Work that raises doesn't block what comes after it, and its error is the caller's."""
    lanes, done = Lanes(), []

    async def bad() -> None:
        raise ValueError

    async def good() -> None:
        done.append(1)

    with pytest.raises(ValueError):
        await lanes.run(1, bad)
    await lanes.run(1, good)
    assert done == [1]


async def test_empty_lanes_are_forgotten() -> None:
    """A million customers don't leave a million locks behind."""
    lanes = Lanes()

    async def nothing() -> None:
        return None

    for lane in range(1000):
        await lanes.run(lane, nothing)
    assert not lanes._locks

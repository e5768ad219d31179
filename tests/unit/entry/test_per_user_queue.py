"""One user's updates in order, different users' side by side."""

import asyncio

import pytest

from orbit_entry.bot.per_user_queue import PerUserQueue


async def test_one_lane_keeps_its_order() -> None:
    """What entered a lane first is finished first, even when it takes longer."""
    queue, done = PerUserQueue(), []
    rate_limiter = asyncio.Event()

    async def slow() -> None:
        await rate_limiter.wait()
        done.append("slow")

    async def quick() -> None:
        done.append("quick")

    running = [asyncio.create_task(queue.run(1, slow)), asyncio.create_task(queue.run(1, quick))]
    other = asyncio.create_task(queue.run(2, quick))
    await other
    rate_limiter.set()
    await asyncio.gather(*running)
    assert done == ["quick", "slow", "quick"]


async def test_a_failure_frees_the_lane() -> None:
    """Work that raises doesn't block what comes after it, and its error is the caller's."""
    queue, done = PerUserQueue(), []

    async def bad() -> None:
        raise ValueError

    async def good() -> None:
        done.append(1)

    with pytest.raises(ValueError):
        await queue.run(1, bad)
    await queue.run(1, good)
    assert done == [1]


async def test_empty_lanes_are_forgotten() -> None:
    """A million customers don't leave a million locks behind."""
    queue = PerUserQueue()

    async def nothing() -> None:
        return None

    for lane in range(1000):
        await queue.run(lane, nothing)
    assert not queue._locks

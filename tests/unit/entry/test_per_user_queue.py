"""Updates of one user run in order, updates of different users concurrently."""

import asyncio

import pytest

from orbit_entry.bot.per_user_queue import PerUserQueue


async def test_work_with_one_key_keeps_its_order() -> None:
    """Earlier work is finished first, even when it takes longer."""
    queue, done = PerUserQueue(), []
    may_end = asyncio.Event()

    async def slow() -> None:
        await may_end.wait()
        done.append("slow")

    async def quick() -> None:
        done.append("quick")

    running = [asyncio.create_task(queue.run(1, slow)), asyncio.create_task(queue.run(1, quick))]
    other = asyncio.create_task(queue.run(2, quick))
    await other
    may_end.set()
    await asyncio.gather(*running)
    assert done == ["quick", "slow", "quick"]


async def test_an_error_does_not_block_later_work() -> None:
    """Work that raises doesn't block what comes after it, and its caller gets the error."""
    queue, done = PerUserQueue(), []

    async def bad() -> None:
        raise ValueError

    async def good() -> None:
        done.append(1)

    with pytest.raises(ValueError):
        await queue.run(1, bad)
    await queue.run(1, good)
    assert done == [1]


async def test_unused_locks_are_dropped() -> None:
    """No lock is kept for a user without waiting updates."""
    queue = PerUserQueue()

    async def nothing() -> None:
        return None

    for key in range(1000):
        await queue.run(key, nothing)
    assert not queue._locks

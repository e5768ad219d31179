"""Loops survive whatever they meet, and stop when they are told."""

import asyncio

from orbit_domain.payment.ports import ChainUnavailable
from orbit_entry.worker.loops import Loop, keep_turning


async def test_a_failing_turn_is_followed_by_another() -> None:
    """Neither a known trouble nor a bug ends a loop."""
    stop, turns = asyncio.Event(), []

    async def turn() -> None:
        turns.append(len(turns))
        if len(turns) == 1:
            raise ChainUnavailable("resting")
        if len(turns) == 2:
            raise RuntimeError
        stop.set()

    await keep_turning(Loop("test", 0.001, turn), stop)
    assert turns == [0, 1, 2]


async def test_a_turn_in_hand_is_finished() -> None:
    """Being told to stop doesn't tear a turn in two."""
    stop, finished = asyncio.Event(), []

    async def turn() -> None:
        stop.set()
        await asyncio.sleep(0)
        finished.append(True)

    await keep_turning(Loop("test", 60, turn), stop)
    assert finished == [True]

"""The sweeps: whatever was rung for or not, each kind of work is begun again and again."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from orbit_entry.pausing import pause
from orbit_entry.worker.work import Work


@dataclass(frozen=True, slots=True)
class Loop:
    """One kind of work, what a turn of it is, and how many seconds lie between two sweeps."""

    work: Work
    period_s: float
    turn: Callable[[], Awaitable[object]]


async def keep_sweeping(loop: Loop, sweep: Callable[[Loop], Awaitable[None]], stop: asyncio.Event) -> None:
    """Sweep at once and then every period, until *stop*."""
    while not stop.is_set():
        await sweep(loop)
        await pause(loop.period_s, stop)

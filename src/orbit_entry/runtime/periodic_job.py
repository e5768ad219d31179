"""The sweeps: whatever was rung for or not, each kind of work is begun again and again."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from orbit_entry.runtime.job_name import JobName
from orbit_entry.runtime.sleep import sleep_or_stop


@dataclass(frozen=True, slots=True)
class PeriodicJob:
    """One kind of work, what a turn of it is, and how many seconds lie between two sweeps."""

    name: JobName
    period_s: float
    turn: Callable[[], Awaitable[object]]


async def run_periodically(
    job: PeriodicJob, sweep: Callable[[PeriodicJob], Awaitable[None]], stop: asyncio.Event
) -> None:
    """Sweep at once and then every period, until *stop*."""
    while not stop.is_set():
        await sweep(job)
        await sleep_or_stop(job.period_s, stop)

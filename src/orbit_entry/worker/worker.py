"""The background work of one process."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from taskiq import AsyncBroker
from taskiq_redis import RedisStreamBroker

from orbit_entry.runtime.job_name import JobName
from orbit_entry.runtime.periodic_job import PeriodicJob, run_periodically
from orbit_entry.runtime.work_signal import WorkSignal
from orbit_entry.worker.consumer import consume
from orbit_entry.worker.job_runner import JobRunner

_GOODBYE_S = 1.0
_UNASKED_AFTER = 10


class PeriodLock(Protocol):
    """Hands out each period's sweep to one of the workers."""

    async def acquire(self, name: str, period_s: float) -> bool:
        """Whether this worker has the slot *name* of this period."""


class NoPeriodLock:
    """For a worker that knows of no other one: every slot is its own."""

    async def acquire(self, _name: str, _period_s: float) -> bool:
        """Yes."""
        return True


class Worker:
    """Sweeps, and takes a turn whenever the broker hands one out. Can be stopped kindly, or killed where it stands.

    A sweep goes through the broker, so that any worker may take it. When the broker can't be reached, the worker
    that swept takes the turn itself; and it takes one unasked when it has had none for ten periods, whatever a
    broker that swallows messages, or a worker that keeps all the slots, may pretend.
    """

    def __init__(
        self, jobs: Sequence[PeriodicJob], broker: AsyncBroker, work_signal: WorkSignal, period_lock: PeriodLock
    ) -> None:
        self._jobs = jobs
        self._broker = broker
        self._work_signal = work_signal
        self._period_lock = period_lock
        self._stop = asyncio.Event()
        self._runner = JobRunner(())
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def running(self) -> bool:
        """Whether the worker works."""
        return bool(self._tasks)

    async def start(self) -> None:
        """Begin, unless it works already."""
        if self._tasks:
            return
        self._stop = asyncio.Event()
        self._runner = JobRunner(self._jobs)
        for job in self._jobs:
            self._broker.register_task(_task(self._runner, job.name), task_name=job.name.value)
        self._tasks = [
            asyncio.create_task(run_periodically(job, self._sweep, self._stop), name=f"sweep {job.name}")
            for job in self._jobs
        ]
        if isinstance(self._broker, RedisStreamBroker):
            self._tasks.append(asyncio.create_task(consume(self._broker, self._stop), name="listen"))

    async def stop(self, limit_s: float) -> None:
        """Let every turn in hand finish, for *limit_s* seconds at most, and be acknowledged."""
        self._stop.set()
        await self._runner.stop(limit_s)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_GOODBYE_S)
        await self.kill()

    async def kill(self) -> None:
        """Stop at once, wherever the work is. What was being done is done again later."""
        self._stop.set()
        tasks, self._tasks = self._tasks, []
        await self._runner.kill()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _sweep(self, job: PeriodicJob) -> None:
        if self._runner.idle_s(job.name) > _UNASKED_AFTER * job.period_s or not await self._is_handed_on(job):
            await self._runner.run(job.name, urgent=False)

    async def _is_handed_on(self, job: PeriodicJob) -> bool:
        """Whether this sweep is somebody's: another worker's by its slot, or whose the broker says."""
        return not await self._period_lock.acquire(job.name, job.period_s) or await self._work_signal.send(
            job.name, urgent=False
        )


def _task(runner: JobRunner, work: JobName) -> Callable[[bool], Awaitable[None]]:
    async def take_turn(urgent: bool) -> None:
        await runner.run(work, urgent=urgent)

    return take_turn

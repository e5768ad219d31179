"""The background work of one process."""

import asyncio
from collections.abc import Sequence
from typing import Protocol

from orbit_entry.runtime.broker import Broker
from orbit_entry.runtime.periodic_job import JobName, PeriodicJob, RunJob, run_periodically
from orbit_entry.runtime.work_signal import WorkSignal
from orbit_entry.worker.job_runner import JobRunner
from orbit_entry.worker.job_runs import JobRuns

_TASKS_LIMIT_S = 1.0
_MAX_IDLE_PERIODS = 10


class PeriodLock(Protocol):
    """Gives the sweep of each period to one of the workers."""

    async def acquire(self, name: str, period_s: float) -> bool:
        """Whether this worker does the sweep *name* of this period."""


class NoPeriodLock:
    """For a single worker: it does every sweep."""

    async def acquire(self, _name: str, _period_s: float) -> bool:
        """Return True."""
        return True


class Worker:
    """Sweeps every period, and runs a job for each signal from the broker. `stop` lets runs finish, `kill` doesn't.

    A sweep goes through the broker, so any worker may run the job. When the broker can't be reached, the worker
    that sweeps runs the job itself. It also does after ten periods without a run, in case the broker loses messages
    or another worker holds every period lock.
    """

    def __init__(
        self, jobs: Sequence[PeriodicJob], broker: Broker, work_signal: WorkSignal, period_lock: PeriodLock
    ) -> None:
        self.jobs = jobs
        self.runs = JobRuns()
        self._broker = broker
        self._work_signal = work_signal
        self._period_lock = period_lock
        self._stop = asyncio.Event()
        self._runner = JobRunner(())
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def running(self) -> bool:
        """Whether the worker was started and not stopped."""
        return bool(self._tasks)

    async def start(self) -> None:
        """Start, unless it runs already."""
        if self._tasks:
            return
        self._stop = asyncio.Event()
        self._runner = JobRunner(self.jobs, self.runs)
        for job in self.jobs:
            self.runs.expect(job)
            self._broker.register(job.name, _task(self._runner, job.name))
        self._tasks = [
            asyncio.create_task(run_periodically(job, self._sweep, self._stop), name=f"sweep {job.name}")
            for job in self.jobs
        ]
        self._tasks.append(asyncio.create_task(self._broker.consume(self._stop), name="consume"))

    async def stop(self, limit_s: float) -> None:
        """Let the runs in progress finish, for *limit_s* seconds at most, and acknowledge their messages."""
        self._stop.set()
        await self._runner.stop(limit_s)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_TASKS_LIMIT_S)
        await self.kill()

    async def kill(self) -> None:
        """Cancel everything at once. The unfinished work is done again later."""
        self._stop.set()
        tasks, self._tasks = self._tasks, []
        await self._runner.kill()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _sweep(self, job: PeriodicJob) -> None:
        if self._runner.idle_s(job.name) > _MAX_IDLE_PERIODS * job.period_s or not await self._is_delegated(job):
            await self._runner.run(job.name, urgent=False)

    async def _is_delegated(self, job: PeriodicJob) -> bool:
        """Whether another worker holds this period, or the broker took the signal."""
        return not await self._period_lock.acquire(job.name, job.period_s) or await self._work_signal.send(
            job.name, urgent=False
        )


def _task(runner: JobRunner, name: JobName) -> RunJob:
    async def run_job(urgent: bool) -> None:
        await runner.run(name, urgent=urgent)

    return run_job

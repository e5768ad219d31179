"""Runs the jobs of this process: at most one run of each job at a time."""

import asyncio
from collections import Counter
from collections.abc import Iterable

import structlog

from orbit_domain.payment.source import SourceUnavailable
from orbit_domain.storage import StorageError
from orbit_entry.runtime.periodic_job import JobName, PeriodicJob
from orbit_entry.runtime.retry import retry_on_busy

_MAX_PAUSE_S = 60

log = structlog.get_logger()


class JobRunner:
    """Runs a job on request. Urgent requests during a run cause one more run after it, however many there are.

    After each failure in a row a job pauses twice as long, a minute at most. A request during the pause is ignored:
    the next sweep does that work.
    """

    def __init__(self, jobs: Iterable[PeriodicJob]) -> None:
        self._jobs = {job.name: job for job in jobs}
        self._running: dict[JobName, asyncio.Task[None]] = {}
        self._again: set[JobName] = set()
        self._failures: Counter[JobName] = Counter()
        self._paused_until: dict[JobName, float] = {}
        self._finished_at: dict[JobName, float] = {}
        self._stopped = False

    async def run(self, name: JobName, *, urgent: bool) -> None:
        """Run the job and wait for its end. During a run, only an *urgent* request causes one more run."""
        if self._stopped or self._now() < self._paused_until.get(name, 0):
            return
        if name in self._running:
            if urgent:
                self._again.add(name)
            return
        task = asyncio.create_task(self._run(self._jobs[name]), name=name)
        self._running[name] = task
        # The caller may be cancelled; the run goes on.
        await asyncio.wait({task})

    def idle_s(self, name: JobName) -> float:
        """Return the seconds since the last run ended, or since the first call of this; zero during a run."""
        return 0.0 if name in self._running else self._now() - self._finished_at.setdefault(name, self._now())

    async def stop(self, limit_s: float) -> None:
        """Begin no more runs, and wait for those in progress, for *limit_s* seconds at most."""
        self._stopped = True
        if self._running:
            await asyncio.wait(self._running.values(), timeout=limit_s)
        await self.kill()

    async def kill(self) -> None:
        """Cancel every run at once. The unfinished work is done again later."""
        self._stopped = True
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _run(self, job: PeriodicJob) -> None:
        try:
            while await self._succeeds(job) and job.name in self._again and not self._stopped:
                self._again.discard(job.name)
        finally:
            self._again.discard(job.name)
            self._finished_at[job.name] = self._now()
            del self._running[job.name]

    async def _succeeds(self, job: PeriodicJob) -> bool:
        try:
            await retry_on_busy(job.run)
        except (SourceUnavailable, StorageError) as error:
            log.warning("job_postponed", job=job.name, error=type(error).__name__, reason=str(error))
        except Exception as error:  # a job that never runs again would stop deliveries to every customer
            log.exception("job_failed", job=job.name, error=type(error).__name__)
        else:
            self._failures[job.name] = 0
            return True
        self._failures[job.name] += 1
        max_pause_s = max(job.period_s, _MAX_PAUSE_S)
        pause_s = min(job.period_s * (2 ** self._failures[job.name] - 1), max_pause_s)
        self._paused_until[job.name] = self._now() + pause_s
        return False

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()

"""Runs the jobs of this process: at most one run of each job at a time."""

import asyncio
from collections import Counter
from collections.abc import Iterable

import structlog

from orbit_adapters.tracing.request_id import bound_request_id, new_request_id, request_id
from orbit_adapters.tracing.spans import SpanKind, span_of_work
from orbit_domain.payment.source import SourceUnavailable
from orbit_domain.storage import StorageError
from orbit_entry.runtime.periodic_job import JobName, PeriodicJob, Run
from orbit_entry.runtime.retry import retry_on_busy
from orbit_entry.worker.job_runs import JobRuns

_MAX_PAUSE_S = 60

log = structlog.get_logger()


_Part = tuple[JobName, str]


class JobRunner:
    """Runs a job on request. Urgent requests during a run cause one more run after it, however many there are.

    After each failure in a row a job pauses twice as long, a minute at most. A request during the pause is ignored:
    the next sweep does that work. All this holds for each part of a job by itself. *runs* counts how they went.
    """

    def __init__(self, jobs: Iterable[PeriodicJob], runs: JobRuns | None = None) -> None:
        self._runs = runs or JobRuns()
        self._jobs = {job.name: job for job in jobs}
        self._running: dict[_Part, asyncio.Task[None]] = {}
        self._again: dict[_Part, str | None] = {}
        self._failures: Counter[_Part] = Counter()
        self._paused_until: dict[_Part, float] = {}
        self._finished_at: dict[JobName, float] = {}
        self._stopped = False

    async def run(self, name: JobName, *, urgent: bool) -> None:
        """Run the job and wait for its end. During a run, only an *urgent* request causes one more run.

        A job with parts is waited for during one period at most, so that a part that hangs doesn't hold up the sweep.
        """
        job = self._jobs[name]
        begun = [task for part, run in job.runs().items() if (task := self._begin(job, part, run, urgent=urgent))]
        if begun:
            # The caller may be cancelled; the run goes on.
            await asyncio.wait(begun, timeout=job.period_s if job.parts else None)

    def idle_s(self, name: JobName) -> float:
        """Return the seconds since the last run ended, or since the first call of this; zero during a run."""
        is_running = any(running == name for running, _ in self._running)
        return 0.0 if is_running else self._now() - self._finished_at.setdefault(name, self._now())

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

    def _begin(self, job: PeriodicJob, name: str, run: Run, *, urgent: bool) -> asyncio.Task[None] | None:
        """The run that begins now, None when there is none to begin."""
        part = (job.name, name)
        if self._stopped or self._now() < self._paused_until.get(part, 0):
            return None
        if part in self._running:
            if urgent:
                self._again[part] = request_id()
            return None
        task = asyncio.create_task(self._run(job, part, run, request_id()), name=" ".join(filter(None, part)))
        self._running[part] = task
        return task

    async def _run(self, job: PeriodicJob, part: _Part, run: Run, cause: str | None) -> None:
        """*cause* is the id of the piece of work that has asked for it. Each run has an id of its own."""
        try:
            while await self._run_once(job, part, run, cause) and part in self._again and not self._stopped:
                cause = self._again.pop(part)
        finally:
            self._again.pop(part, None)
            self._finished_at[job.name] = self._now()
            del self._running[part]

    async def _run_once(self, job: PeriodicJob, part: _Part, run: Run, cause: str | None) -> bool:
        with bound_request_id(new_request_id(), cause), span_of_work(SpanKind.JOB, job.name):
            return await self._succeeds(job, part, run)

    async def _succeeds(self, job: PeriodicJob, part: _Part, run: Run) -> bool:
        about = {"job": job.name} | ({"part": part[1]} if part[1] else {})
        try:
            await retry_on_busy(run)
        except (SourceUnavailable, StorageError) as error:
            log.warning("job_postponed", **about, error=type(error).__name__, reason=str(error))
        except Exception as error:  # a job that never runs again would stop deliveries to every customer
            log.exception("job_failed", **about, error=type(error).__name__)
        else:
            self._failures[part] = 0
            self._runs.success(job.name)
            return True
        self._runs.failure(job.name)
        self._failures[part] += 1
        max_pause_s = max(job.period_s, _MAX_PAUSE_S)
        pause_s = min(job.period_s * (2 ** self._failures[part] - 1), max_pause_s)
        self._paused_until[part] = self._now() + pause_s
        return False

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()

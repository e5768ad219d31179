"""The turns that this process takes, one of each kind of work at a time."""

import asyncio
from collections import Counter
from collections.abc import Iterable

import structlog

from orbit_domain.payment.ports import ChainUnavailable
from orbit_domain.storage import StorageError
from orbit_entry.runtime.job_name import JobName
from orbit_entry.runtime.periodic_job import PeriodicJob
from orbit_entry.runtime.retry import retry_on_busy

_LONGEST_REST_S = 60

log = structlog.get_logger()


class JobRunner:
    """Takes a turn whenever it is asked for. An urgent wish during a turn means one more after it, however often.

    After failures in a row a kind of work rests, twice as long each time, a minute at most. What is asked for
    meanwhile is left to the next sweep.
    """

    def __init__(self, jobs: Iterable[PeriodicJob]) -> None:
        self._jobs = {job.name: job for job in jobs}
        self._turning: dict[JobName, asyncio.Task[None]] = {}
        self._again: set[JobName] = set()
        self._failures: Counter[JobName] = Counter()
        self._rests_until: dict[JobName, float] = {}
        self._ended: dict[JobName, float] = {}
        self._over = False

    async def run(self, work: JobName, *, urgent: bool) -> None:
        """Take a turn and wait for it, unless one is being taken: that one may have missed what is *urgent*."""
        if self._over or self._now() < self._rests_until.get(work, 0):
            return
        if work in self._turning:
            if urgent:
                self._again.add(work)
            return
        turning = asyncio.create_task(self._turn(self._jobs[work]), name=work)
        self._turning[work] = turning
        # Whoever waits may be cancelled, which is no reason to stop in the middle.
        await asyncio.wait({turning})

    def idle_s(self, work: JobName) -> float:
        """How many seconds ago a turn ended, or this was asked first; none while one is being taken."""
        return 0.0 if work in self._turning else self._now() - self._ended.setdefault(work, self._now())

    async def stop(self, limit_s: float) -> None:
        """Begin no more turns, and let those in hand finish, for *limit_s* seconds at most."""
        self._over = True
        if self._turning:
            await asyncio.wait(self._turning.values(), timeout=limit_s)
        await self.kill()

    async def kill(self) -> None:
        """Stop at once, wherever the turns are. What they were doing is done again later."""
        self._over = True
        turning = list(self._turning.values())
        for task in turning:
            task.cancel()
        await asyncio.gather(*turning, return_exceptions=True)

    async def _turn(self, job: PeriodicJob) -> None:
        try:
            while await self._succeeds(job) and job.name in self._again and not self._over:
                self._again.discard(job.name)
        finally:
            self._again.discard(job.name)
            self._ended[job.name] = self._now()
            del self._turning[job.name]

    async def _succeeds(self, job: PeriodicJob) -> bool:
        try:
            await retry_on_busy(job.turn)
        except (ChainUnavailable, StorageError) as trouble:
            log.warning("turn_put_off", job=job.name, error=type(trouble).__name__, reason=str(trouble))
        except Exception as error:  # a kind of work that is never done again would stop deliveries for everybody
            log.exception("turn_failed", job=job.name, error=type(error).__name__)
        else:
            self._failures[job.name] = 0
            return True
        self._failures[job.name] += 1
        longest_s = max(job.period_s, _LONGEST_REST_S)
        rest_s = min(job.period_s * (2 ** self._failures[job.name] - 1), longest_s)
        self._rests_until[job.name] = self._now() + rest_s
        return False

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()

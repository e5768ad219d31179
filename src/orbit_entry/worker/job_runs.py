"""How the jobs of this process went: when each one last succeeded, and how often it did and didn't."""

import asyncio
from collections import Counter
from collections.abc import Callable

from orbit_entry.runtime.periodic_job import JobName, PeriodicJob


def _loop_time() -> float:
    return asyncio.get_running_loop().time()


class JobRuns:
    """Counted while the process lives, also when its worker is stopped and started. *now* is a clock in seconds.

    A part of a job that succeeds counts as the job.
    """

    def __init__(self, now: Callable[[], float] = _loop_time) -> None:
        self.succeeded: Counter[JobName] = Counter()
        self.failed: Counter[JobName] = Counter()
        self._now = now
        self._expected_from: dict[JobName, float] = {}
        self._succeeded_at: dict[JobName, float] = {}

    def expect(self, job: PeriodicJob) -> None:
        """From now on *job* is to run every period."""
        self._expected_from.setdefault(job.name, self._now())

    def success(self, name: JobName) -> None:
        """A run has done its work."""
        self.succeeded[name] += 1
        self._expected_from[name] = self._succeeded_at[name] = self._now()

    def failure(self, name: JobName) -> None:
        """A run has failed, or was postponed because something it needs is down."""
        self.failed[name] += 1

    def since_success_s(self, name: JobName) -> float | None:
        """How many seconds ago the job has succeeded last; None: not yet."""
        at = self._succeeded_at.get(name)
        return None if at is None else self._now() - at

    def lag_s(self, job: PeriodicJob) -> float:
        """For how many seconds a run of *job* has been overdue: since the last success, or since it was expected."""
        since = self._expected_from.get(job.name)
        return 0.0 if since is None else max(0.0, self._now() - since - job.period_s)

"""Workers whose jobs only count their runs, with a broker in the process or on a real Redis."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from orbit_adapters.redis.client import ResilientRedis
from orbit_adapters.redis.connection import redis_client
from orbit_adapters.redis.period_lock import RedisPeriodLock
from orbit_adapters.system.clock import SystemClock
from orbit_adapters.tracing.request_id import request_cause
from orbit_entry.runtime.broker import open_broker
from orbit_entry.runtime.periodic_job import JobName, PeriodicJob
from orbit_entry.runtime.work_signal import WorkSignal
from orbit_entry.worker.worker import NoPeriodLock, Worker

LIMIT_S = 60
REDIS_TIMEOUT_S = 5
LONG_PERIOD_S = 3_600


class WorkerHarness:
    """One process: its work signal, and its worker, which may be started. `runs` counts the runs by job, and `causes`
    holds who has asked for each."""

    def __init__(self, url: str | None, period_s: float = LONG_PERIOD_S) -> None:
        self.runs: Counter[JobName] = Counter()
        self.causes: list[str | None] = []
        self.broker = open_broker(url)
        self.redis = ResilientRedis(redis_client(url), SystemClock(), timeout_s=REDIS_TIMEOUT_S) if url else None
        self.work_signal = WorkSignal(self.broker, self.redis)
        period_lock = RedisPeriodLock(self.redis) if self.redis else NoPeriodLock()
        jobs = [PeriodicJob(job, period_s, self._job(job)) for job in (JobName.KEYS, JobName.NOTICES)]
        self.worker = Worker(jobs, self.broker, self.work_signal, period_lock)
        self._changed = asyncio.Condition()

    def _job(self, job: JobName) -> Callable[[], Awaitable[None]]:
        async def run() -> None:
            async with self._changed:
                self.runs[job] += 1
                self.causes.append(request_cause())
                self._changed.notify_all()

        return run

    async def until(self, job: JobName, count: int) -> None:
        """Wait until *job* has run *count* times."""
        async with asyncio.timeout(LIMIT_S), self._changed:
            await self._changed.wait_for(lambda: self.runs[job] >= count)

    async def is_woken(self, job: JobName) -> bool:
        """Whether *job* runs when its signal is sent again and again, as commits do in a busy shop."""
        before = self.runs[job]
        with suppress(TimeoutError):
            async with asyncio.timeout(LIMIT_S):
                while self.runs[job] == before:
                    await self.work_signal.send(job)
                    await asyncio.sleep(0.02)
        return self.runs[job] > before


@asynccontextmanager
async def open_worker_harness(
    url: str | None, period_s: float = LONG_PERIOD_S, *, works: bool = True
) -> AsyncIterator[WorkerHarness]:
    """A process that *works* while the block runs. Each job has run once unless another process has its lock."""
    worker_harness = WorkerHarness(url, period_s)
    try:
        if works:
            await worker_harness.worker.start()
        yield worker_harness
    finally:
        await worker_harness.worker.stop(LIMIT_S)
        await worker_harness.broker.close()
        if worker_harness.redis is not None:
            await worker_harness.redis.close()

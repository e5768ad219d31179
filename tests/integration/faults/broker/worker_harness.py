"""Workers whose turns only count, at a broker within the process or on a real Redis."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from orbit_adapters.redis.client import ResilientRedis
from orbit_adapters.redis.connection import redis_client
from orbit_adapters.redis.period_lock import RedisPeriodLock
from orbit_adapters.system.clock import SystemClock
from orbit_entry.runtime.broker import open_broker
from orbit_entry.runtime.job_name import JobName
from orbit_entry.runtime.periodic_job import PeriodicJob
from orbit_entry.runtime.work_signal import WorkSignal
from orbit_entry.worker.worker import NoPeriodLock, Worker

LIMIT_S = 60
PATIENT_S = 5
SELDOM_S = 3_600


class WorkerHarness:
    """One process: its bell, and its worker, which may be started. `taken` counts the turns by kind of work."""

    def __init__(self, url: str | None, period_s: float = SELDOM_S) -> None:
        self.taken: Counter[JobName] = Counter()
        self.broker = open_broker(url)
        self.door = ResilientRedis(redis_client(url), SystemClock(), timeout_s=PATIENT_S) if url else None
        self.work_signal = WorkSignal(self.broker, self.door)
        period_lock = RedisPeriodLock(self.door) if self.door else NoPeriodLock()
        loops = [PeriodicJob(work, period_s, self._turn(work)) for work in (JobName.KEYS, JobName.NOTICES)]
        self.worker = Worker(loops, self.broker, self.work_signal, period_lock)
        self._changed = asyncio.Condition()

    def _turn(self, work: JobName) -> Callable[[], Awaitable[None]]:
        async def turn() -> None:
            async with self._changed:
                self.taken[work] += 1
                self._changed.notify_all()

        return turn

    async def until(self, work: JobName, count: int) -> None:
        """Wait until *count* turns of *work* were taken."""
        async with asyncio.timeout(LIMIT_S), self._changed:
            await self._changed.wait_for(lambda: self.taken[work] >= count)

    async def is_woken(self, work: JobName) -> bool:
        """Whether a turn is taken when somebody rings again and again, as commits do in a busy shop."""
        before = self.taken[work]
        with suppress(TimeoutError):
            async with asyncio.timeout(LIMIT_S):
                while self.taken[work] == before:
                    await self.work_signal.send(work)
                    await asyncio.sleep(0.02)
        return self.taken[work] > before


@asynccontextmanager
async def open_worker_harness(
    url: str | None, period_s: float = SELDOM_S, *, works: bool = True
) -> AsyncIterator[WorkerHarness]:
    """A process that *works* while the block runs; its first sweep is behind it unless another one has its slot."""
    worker_harness = WorkerHarness(url, period_s)
    try:
        if works:
            await worker_harness.worker.start()
        yield worker_harness
    finally:
        await worker_harness.worker.stop(LIMIT_S)
        await worker_harness.broker.shutdown()
        if worker_harness.door is not None:
            await worker_harness.door.close()

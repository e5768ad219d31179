"""A shop over a large database: every use case and job as processes have them, with a clock that stands still."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields
from time import perf_counter, process_time
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from benchmarks.customer_block import CustomerBlock
from benchmarks.past_lives import NODES
from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.money import RUB
from orbit_domain.shop_chat.shop_chat import Purpose
from orbit_domain.storage import Transaction
from orbit_entry.runtime.periodic_job import Intervals, JobName, PeriodicJob
from orbit_entry.worker.jobs import Jobs
from orbit_testing import samples
from tests.support.shop import Shop
from tests.support.world import World


class TimedStorage:
    """A storage that measures its transactions by the clock and by the processor: from their turn to write until their
    COMMIT is done."""

    def __init__(self, inner: SqlStorage) -> None:
        self._inner = inner
        self.longest_s = self.longest_cpu_s = 0.0

    def begin(self) -> None:
        """Measure anew."""
        self.longest_s = self.longest_cpu_s = 0.0

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """As the storage within."""
        began, began_cpu = perf_counter(), process_time()
        try:
            async with self._inner.transaction() as tx:
                began, began_cpu = perf_counter(), process_time()
                yield tx
        finally:
            self.longest_s = max(self.longest_s, perf_counter() - began)
            self.longest_cpu_s = max(self.longest_cpu_s, process_time() - began_cpu)

    def __getattr__(self, name: str) -> Any:
        """What isn't a transaction isn't measured."""
        return getattr(self._inner, name)


@dataclass(frozen=True, slots=True)
class LargeShop:
    """The world over the database at *url*, and its use cases. *name* is that of the database's kind."""

    name: str
    url: str
    world: World
    shop: Shop
    engine: AsyncEngine
    storage: TimedStorage

    @property
    def jobs(self) -> Mapping[str, PeriodicJob]:
        """Every periodic job of the worker, but for the daily sweep of all keys, which `sweep` measures."""
        every = jobs_of(self.shop)
        return {job.name.value: job for job in every if job.name is not JobName.DRIFT}


def jobs_of(shop: Shop) -> tuple[PeriodicJob, ...]:
    """The worker's list of jobs over the use cases of *shop*."""
    return Jobs(**{field.name: getattr(shop, field.name) for field in fields(Jobs)}).jobs(Intervals())


async def run_job(job: PeriodicJob) -> None:
    """One run of a job: its parts one after the other."""
    for run in job.runs().values():
        await run()


@asynccontextmanager
async def large_shop(url: str, block: CustomerBlock) -> AsyncIterator[LargeShop]:
    """The open shop at *url*, still without customers, at the time of the *block*."""
    engine = open_engine(url)
    try:
        storage = TimedStorage(SqlStorage(engine, base=RUB))
        world = World(NODES, storage=storage)
        world.clock.at = block.now
        shop = Shop(world.ports())
        await shop.open()
        async with storage.transaction() as tx:  # Who has no chat for events has nothing read for it.
            await tx.shop_chats.put(samples.shop_chat(Purpose.EVENTS, set_at=block.now, told_until=block.now))
        name = "SQLite" if url.startswith("sqlite") else "PostgreSQL"
        yield LargeShop(name, url, world, shop, engine, storage)
    finally:
        await engine.dispose()

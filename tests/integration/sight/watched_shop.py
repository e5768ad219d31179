"""A shop on SQLite whose numbers are scraped as often as a test wants, by the clock of the test."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from prometheus_client import generate_latest
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.memory.cache import MemoryCache
from orbit_adapters.memory.rate_limiter import MemoryRateLimiter
from orbit_adapters.redis.client import ResilientRedis
from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.slow_query_log import SlowQueryLog
from orbit_adapters.sql.storage import SqlStorage
from orbit_adapters.sql.vitals import SqlVitals, Vitals
from orbit_domain.money import RUB
from orbit_domain.rate_limit.ports import CODE_ATTEMPTS
from orbit_domain.storage import StorageUnavailable
from orbit_entry.bot.update_meter import UpdateMeter
from orbit_entry.bot.update_processor import KINDS
from orbit_entry.config.process import ALL_ROLES
from orbit_entry.runtime.broker import LocalBroker
from orbit_entry.runtime.ephemeral_state import EphemeralState
from orbit_entry.runtime.periodic_job import JobName, PeriodicJob
from orbit_entry.runtime.work_signal import WorkSignal
from orbit_entry.sight.backup_facts import BackupFacts
from orbit_entry.sight.exposition import process_registry
from orbit_entry.sight.kept_vitals import KeptVitals
from orbit_entry.sight.loop_lag import LoopLag
from orbit_entry.sight.process_facts import (
    DegradedFacts,
    EphemeralFacts,
    JobFacts,
    LoopFacts,
    PanelFacts,
    StatementFacts,
    UpdateFacts,
)
from orbit_entry.sight.table_facts import TableFacts
from orbit_entry.worker.job_runs import JobRuns
from orbit_entry.worker.worker import NoPeriodLock, Worker
from tests.support.backups import CopiesInMemory, KnownBackups
from tests.support.shop import Shop
from tests.support.sight.alerts import Watch
from tests.support.world import World

_LABELS = {"job": "orbit", "instance": "worker:9464"}


class Stopwatch:
    """The clock of the statements: each takes `takes_ms`."""

    def __init__(self) -> None:
        self.takes_ms = 0
        self._ns = 0

    def __call__(self) -> int:
        self._ns += self.takes_ms * 1_000_000
        return self._ns


@dataclass
class WatchedShop:
    """The shop, what it is measured by, and who judges it. Switches make it fail in a way that no port has."""

    world: World
    shop: Shop
    read: Callable[[datetime], Awaitable[Vitals]]
    statements: SlowQueryLog
    stopwatch: Stopwatch
    redis: ResilientRedis
    engine: AsyncEngine
    updates: UpdateMeter = field(default_factory=UpdateMeter)
    lag: LoopLag = field(default_factory=LoopLag)
    watch: Watch = field(default_factory=Watch)
    is_unreadable: bool = False
    is_stuck: bool = False
    is_down: bool = False
    has_worker: bool = True

    def __post_init__(self) -> None:
        self.vitals = KeptVitals(self._read, self.world.clock)
        self.backups = KnownBackups(self.world.clock)
        self.copies = CopiesInMemory()
        self._backup_facts = BackupFacts(self.backups, self.copies, self.world.clock)
        broker = LocalBroker()
        jobs = tuple(PeriodicJob(name, 4, self._work) for name in (JobName.MONEY, JobName.KEYS))
        self.worker = Worker(jobs, broker, WorkSignal(broker, None), NoPeriodLock())
        self.worker.runs = JobRuns(lambda: self.world.clock.now().timestamp())
        for job in jobs:
            self.worker.runs.expect(job)
        clock, ports, breakers = self.world.clock, self.world.ports(), self.shop.provision_keys.breakers
        cache, limit = MemoryCache(clock), MemoryRateLimiter(clock, CODE_ATTEMPTS)
        ephemeral = EphemeralState(cache, cache, limit, limit, None, self.redis)
        tables = TableFacts(self.vitals, clock, {source.name for source in ports.sources.all()})
        modes = {
            "redis_down": lambda: self.redis.is_circuit_open,
            "panel_down": lambda: bool(breakers.failing()),
            "source_stale": tables.is_stale,
            "database_down": lambda: self.vitals.is_failing,
        }
        of_bot = (
            UpdateFacts(self.updates, KINDS),
            StatementFacts(self.statements),
            EphemeralFacts(ephemeral),
            LoopFacts(self.lag),
        )
        of_worker = (
            JobFacts(self.worker, clock),
            PanelFacts(ports.panels, breakers),
            tables,
            self._backup_facts,
            DegradedFacts(modes),
        )
        self._registries = {
            True: process_registry(ALL_ROLES, of_bot + of_worker),
            False: process_registry(ALL_ROLES, of_bot),
        }

    def page(self) -> str:
        """What a scrape reads now."""
        return generate_latest(self._registries[self.has_worker]).decode()

    async def minutes(self, count: int, *, working: bool = True, every: int = 4) -> frozenset[str]:
        """So much time goes by, with a scrape each minute; what fires at its end.

        The jobs run after so many minutes, seldom enough to be quick, and in the last one.
        """
        fires: frozenset[str] = frozenset()
        for minute in range(1, count + 1):
            self.world.clock.advance(minutes=1)
            if minute % every == 0 or minute == count:
                await self._run_job(working=working)
            await self.vitals.refresh()
            at = self.world.clock.now().timestamp()
            if self.is_down:
                self.watch.samples.add_failure(at, **_LABELS)
            else:
                self.watch.samples.add(at, self._registries[self.has_worker].collect(), **_LABELS)
            fires = self.watch.firing(at)
        return fires

    async def _run_job(self, *, working: bool) -> None:
        """As a worker's runner does; *working*: the other jobs run as well."""
        self.worker.runs.success(JobName.KEYS)
        if self.is_stuck:
            self.worker.runs.failure(JobName.MONEY)
            return
        await self._work()
        self.worker.runs.success(JobName.MONEY)
        if working:
            await self.shop.provision_keys()
            for _ in range(3):
                await self.shop.deliver_notices()

    async def _work(self) -> None:
        await self.shop.scan_and_settle()

    async def _read(self, now: datetime) -> Vitals:
        await self._backup_facts.look()
        if self.is_unreadable:
            raise StorageUnavailable("unreadable for this test")
        return await self.read(now)


@asynccontextmanager
async def watched_shop(file: Path) -> AsyncIterator[WatchedShop]:
    """A shop that has opened on an empty database; nothing fires."""
    stopwatch = Stopwatch()
    statements = SlowQueryLog(timer_ns=stopwatch)
    engine = open_engine(f"sqlite+aiosqlite:///{file}", durability="OFF", slow_query_log=statements)
    world = World(storage=SqlStorage(engine, base=RUB))
    redis = ResilientRedis(Redis(), world.clock)
    try:
        shop = Shop(world.ports())
        await shop.open()
        watched = WatchedShop(world, shop, SqlVitals(engine).read, statements, stopwatch, redis, engine)
        assert await watched.minutes(1) == frozenset()
        yield watched
    finally:
        await redis.close()
        await engine.dispose()

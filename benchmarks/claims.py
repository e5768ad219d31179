"""How fast workers claim and finish notices from the outbox: 1, 2 and 4 processes on PostgreSQL."""

import asyncio
import multiprocessing
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from time import perf_counter
from uuid import UUID

from sqlalchemy import delete, insert, text

from benchmarks.database import shop_database
from benchmarks.figures import Figure, spread
from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.notice_documents import notice_document
from orbit_adapters.sql.storage import SqlStorage
from orbit_adapters.sql.tables import outbox
from orbit_domain.money import RUB
from orbit_domain.notice.notice import MoneyCredited
from orbit_domain.storage import Storage

TITLE = "Claims: notices taken and finished"
WORKERS = (1, 2, 4)
NOTICES, SMALL_NOTICES = 20_000, 200
BATCH = 20
ROUNDS = 5
LEASE = timedelta(minutes=2)
LIMIT_S = 120
_LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class WorkerRun:
    """The run of one worker: when it began and ended by the machine's clock, and which notices it finished."""

    begin_s: float
    end_s: float
    finished: Sequence[UUID]


async def measure(*, small: bool) -> list[Figure]:
    """Measure on a PostgreSQL server of its own."""
    async with shop_database() as url:
        return await measure_at(url, small=small)


async def measure_at(url: str, *, small: bool) -> list[Figure]:
    """Measure at *url*, whose outbox is emptied. Raises AssertionError for a notice that is finished twice."""
    notices, rounds = (SMALL_NOTICES, 1) if small else (NOTICES, ROUNDS)
    rates: dict[int, list[float]] = {workers: [] for workers in WORKERS}
    with _worker_pool(url) as pool:
        # The sizes alternate, so that the machine's load affects all alike.
        for workers in WORKERS * rounds:
            await _fill(url, notices)
            rates[workers].append(_rate(await asyncio.to_thread(pool.work, workers), notices))
    return [
        Figure("notices", notices, "rows"),
        Figure("claimed at once", BATCH, "rows"),
        Figure("rounds", rounds, ""),
        *(spread(_label(workers), found, "notices/s", more_is_better=True) for workers, found in rates.items()),
    ]


def _rate(runs: Sequence[WorkerRun], notices: int) -> float:
    """Finished notices a second, from the first worker's start to the last one's end."""
    finished = [one for run in runs for one in run.finished]
    if len(finished) != notices or len(set(finished)) != notices:
        raise AssertionError(f"{notices} notices, {len(finished)} finished, {len(set(finished))} different")
    return notices / (max(run.end_s for run in runs) - min(run.begin_s for run in runs))


def _label(workers: int) -> str:
    return f"{workers} worker{'s' if workers > 1 else ''}, p50"


@dataclass(frozen=True, slots=True)
class WorkerPool:
    """Worker processes that wait for a start: `starts` has a queue for each of them."""

    starts: "Sequence[Queue[int]]"
    runs: "Queue[WorkerRun]"

    def work(self, workers: int) -> list[WorkerRun]:
        """Let *workers* processes drain the outbox, started together. Raises queue.Empty when one has died."""
        for start in self.starts[:workers]:
            start.put(workers)
        return [self.runs.get(timeout=LIMIT_S) for _ in range(workers)]


@contextmanager
def _worker_pool(url: str) -> Iterator[WorkerPool]:
    """Start as many processes as the largest round needs."""
    # Spawned, because a forked process would share sockets.
    context = multiprocessing.get_context("spawn")
    pool = WorkerPool([context.Queue() for _ in range(max(WORKERS))], context.Queue())
    barriers = {workers: context.Barrier(workers) for workers in WORKERS}
    processes = [
        context.Process(target=_worker, args=(url, start, barriers, pool.runs), daemon=True) for start in pool.starts
    ]
    try:
        for one in processes:
            one.start()
        yield pool
    finally:
        for one in processes:
            one.kill()
            one.join()


def _worker(url: str, starts: "Queue[int]", barriers: "dict[int, Barrier]", runs: "Queue[WorkerRun]") -> None:
    while workers := starts.get():
        runs.put(asyncio.run(_run_worker(url, barriers[workers])))


async def _run_worker(url: str, barrier: Barrier) -> WorkerRun:
    engine = open_engine(url)
    storage = SqlStorage(engine, base=RUB)
    try:
        async with storage.transaction() as tx:  # Connect before the measurement starts.
            await tx.panels.all()
        barrier.wait(LIMIT_S)
        begin, finished = perf_counter(), list[UUID]()
        while batch := await _finish_batch(storage):
            finished += batch
        return WorkerRun(begin, perf_counter(), finished)
    finally:
        await engine.dispose()


async def _finish_batch(storage: Storage) -> list[UUID]:
    """Claim a batch in one transaction and finish it in another, as the worker does around its sending."""
    now = datetime.now(UTC)
    async with storage.transaction() as tx:
        claimed = await tx.outbox.claim(now, now + LEASE, BATCH)
    async with storage.transaction() as tx:
        return [one.id for one in claimed if await tx.outbox.mark_done(one, now)]


async def _fill(url: str, notices: int) -> None:
    engine = open_engine(url)
    payload = notice_document(MoneyCredited(100, 100, None, 0))
    rows = [
        {
            "id": UUID(int=number), "topic": "money_credited", "tg_id": number, "dedupe": f"benchmark:{number}",
            "payload": payload, "not_before": _LONG_AGO + number * timedelta(milliseconds=1), "attempts": 0, "fence": 0,
        }
        for number in range(1, notices + 1)
    ]  # fmt: skip
    try:
        async with engine.begin() as connection:
            await connection.execute(delete(outbox))
            await connection.execute(insert(outbox), rows)
        # Every round starts with the same table: vacuumed and analyzed.
        async with engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text("VACUUM (ANALYZE) outbox"))
    finally:
        await engine.dispose()

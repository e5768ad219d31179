"""How fast workers take notices from the outbox and finish them, together: 1, 2 and 4 processes on PostgreSQL."""

import asyncio
import multiprocessing
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from statistics import median
from time import perf_counter
from uuid import UUID

from sqlalchemy import delete, insert, text

from benchmarks.database import shop_database
from benchmarks.figures import Figure
from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.notice_documents import notice_document
from orbit_adapters.sql.storage import SqlStorage
from orbit_adapters.sql.tables import outbox
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
class Shift:
    """What one worker did: when it began and ended by the machine's clock, and which notices it finished."""

    begin_s: float
    end_s: float
    finished: Sequence[UUID]


async def measure(*, small: bool) -> list[Figure]:
    """On a PostgreSQL of our own."""
    async with shop_database() as url:
        return await measure_at(url, small=small)


async def measure_at(url: str, *, small: bool) -> list[Figure]:
    """In the shop's database at *url*, whose outbox is emptied. Raises AssertionError if a notice is finished twice."""
    notices, rounds = (SMALL_NOTICES, 1) if small else (NOTICES, ROUNDS)
    rates: dict[int, list[float]] = {workers: [] for workers in WORKERS}
    with _staff(url) as staff:
        # They take turns, so that all meet the same weather.
        for workers in WORKERS * rounds:
            await _fill(url, notices)
            rates[workers].append(_rate(await asyncio.to_thread(staff.work, workers), notices))
    return [
        Figure("notices", notices, "rows"),
        Figure("claimed at once", BATCH, "rows"),
        Figure("rounds", rounds, ""),
        *(Figure(_named(workers), median(found), "notices/s") for workers, found in rates.items()),
    ]


def _rate(shifts: Sequence[Shift], notices: int) -> float:
    """How many a second were finished, from the first worker's beginning to the last one's end."""
    finished = [one for shift in shifts for one in shift.finished]
    if len(finished) != notices or len(set(finished)) != notices:
        raise AssertionError(f"{notices} notices, {len(finished)} finished, {len(set(finished))} different")
    return notices / (max(shift.end_s for shift in shifts) - min(shift.begin_s for shift in shifts))


def _named(workers: int) -> str:
    return f"{workers} worker{'s' if workers > 1 else ''}, p50"


@dataclass(frozen=True, slots=True)
class Staff:
    """Processes that wait to be called: `calls` has a queue for each of them."""

    calls: "Sequence[Queue[int]]"
    shifts: "Queue[Shift]"

    def work(self, workers: int) -> list[Shift]:
        """Let so many drain the outbox side by side; they begin together. Raises queue.Empty when one has died."""
        for call in self.calls[:workers]:
            call.put(workers)
        return [self.shifts.get(timeout=LIMIT_S) for _ in range(workers)]


@contextmanager
def _staff(url: str) -> Iterator[Staff]:
    """As many processes as the largest round needs."""
    # Spawned, because a forked process would share our sockets.
    context = multiprocessing.get_context("spawn")
    staff = Staff([context.Queue() for _ in range(max(WORKERS))], context.Queue())
    gates = {workers: context.Barrier(workers) for workers in WORKERS}
    processes = [
        context.Process(target=_worker, args=(url, call, gates, staff.shifts), daemon=True) for call in staff.calls
    ]
    try:
        for one in processes:
            one.start()
        yield staff
    finally:
        for one in processes:
            one.kill()
            one.join()


def _worker(url: str, calls: "Queue[int]", gates: "dict[int, Barrier]", shifts: "Queue[Shift]") -> None:
    while workers := calls.get():
        shifts.put(asyncio.run(_shift(url, gates[workers])))


async def _shift(url: str, gate: Barrier) -> Shift:
    engine = open_engine(url)
    storage = SqlStorage(engine)
    try:
        async with storage.transaction() as tx:  # The connection is made before the clock runs.
            await tx.panels.all()
        gate.wait(LIMIT_S)
        begin, finished = perf_counter(), list[UUID]()
        while batch := await _turn(storage):
            finished += batch
        return Shift(begin, perf_counter(), finished)
    finally:
        await engine.dispose()


async def _turn(storage: Storage) -> list[UUID]:
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
        # Every round meets the same table: without the rows of the last one, its statistics taken.
        async with engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text("VACUUM (ANALYZE) outbox"))
    finally:
        await engine.dispose()

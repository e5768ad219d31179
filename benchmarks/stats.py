"""Admin statistics of a shop with a million users: three statements against fourteen, side by side."""

from datetime import UTC, datetime
from time import perf_counter

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from benchmarks.database import shop_database
from benchmarks.figures import Figure, p50_ms
from benchmarks.separate_stats import SeparateStats
from benchmarks.shop_at_scale import MILLION, SMALL, load_shop
from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.statement_counter import count_statements
from orbit_adapters.sql.stats import SqlStats
from orbit_domain.money import RUB
from orbit_domain.stats import Stats, StatsReader

TITLE = "Admin statistics: three statements against fourteen"
ROUNDS, SMALL_ROUNDS = 9, 3


async def measure(*, small: bool) -> list[Figure]:
    """Measure on a PostgreSQL server of its own."""
    async with shop_database() as url:
        return await measure_at(url, small=small)


async def measure_at(url: str, *, small: bool) -> list[Figure]:
    """Measure in the empty shop's database at *url*. The readers alternate, to share the machine's load."""
    size, now = SMALL if small else MILLION, datetime.now(UTC)
    await load_shop(url, size, now)
    # Each has connections of its own, because PostgreSQL caches the plan of a prepared statement.
    engines = [open_engine(url, jobs=True) for _ in range(3)]
    engine, _, _ = engines
    try:
        readers: list[StatsReader] = [
            SqlStats(engines[0], base=RUB),
            SeparateStats(engines[1], indexed=False),
            SeparateStats(engines[2], indexed=True),
        ]
        sent = [await _statements(*one, now) for one in zip(engines, readers, strict=True)]
        durations: list[list[float]] = [[] for _ in readers]
        for _ in range(SMALL_ROUNDS if small else ROUNDS):
            answers = [await _timed(reader, now, into) for reader, into in zip(readers, durations, strict=True)]
            if any(answer != answers[0] for answer in answers):
                raise AssertionError(f"the readers disagree: {answers}")
        three, fourteen, indexed = (p50_ms(one) for one in durations)
        return [
            Figure("users", size.users, "rows"),
            Figure("payments", size.payments, "rows"),
            Figure("keys", size.keys, "rows"),
            Figure("whole database", await _megabytes(engine), "MB"),
            Figure("statements, together", sent[0], ""),
            Figure("statements, separate", sent[2], ""),
            Figure("p50, together", three, "ms"),
            Figure("p50, separate, as they used to be: without indexes", fourteen, "ms"),
            Figure("p50, separate, with today's indexes", indexed, "ms"),
            Figure("as they used to be / together", fourteen / three, "x"),
            Figure("separate with today's indexes / together", indexed / three, "x"),
        ]
    finally:
        for one in engines:
            await one.dispose()


async def _statements(engine: AsyncEngine, reader: StatsReader, now: datetime) -> int:
    """How many statements the reader sends; it also warms the cache."""
    with count_statements(engine) as counter:
        await reader.read(now)
    return sum(counter.counts)


async def _timed(reader: StatsReader, now: datetime, into: list[float]) -> Stats:
    begin = perf_counter()
    answer = await reader.read(now)
    into.append(perf_counter() - begin)
    return answer


async def _megabytes(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        size = await connection.execute(text("SELECT pg_database_size(current_database()) / 1048576"))
        return int(size.scalar_one())

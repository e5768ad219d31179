"""The two databases of a move, opened so that long work is not cut off in the middle."""

import math
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from orbit_adapters.database_copy.errors import CopyRefused
from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.errors import Doing, translate_errors
from orbit_adapters.sql.slow_query_log import SlowQueryLog

_SLOW_MS = 60_000
"""Reading whole tables takes its time; only what takes a minute is worth a line."""


@asynccontextmanager
async def opened(address: str) -> AsyncIterator[AsyncEngine]:
    """An engine on *address* that waits for slow statements. Raises UnusableDatabase."""
    engine = open_engine(address, jobs=True, patience_s=math.inf, slow=SlowQueryLog(over_ms=_SLOW_MS))
    try:
        yield engine
    finally:
        await engine.dispose()


@asynccontextmanager
async def begun(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """One transaction without the limits that protect a shop from slow statements. Raises StorageError.

    On SQLite it holds the only write lock: nobody else can record anything until it ends.
    """
    with translate_errors(Doing.COMMIT):
        async with engine.begin() as connection:
            await _without_limits(connection)
            yield connection


@asynccontextmanager
async def snapshot(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A transaction that only reads, and sees one moment of a PostgreSQL database. Raises StorageError."""
    with translate_errors(Doing.CONNECT):
        async with engine.connect() as fresh:
            connection = await fresh.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            await _without_limits(connection)
            yield connection


async def _without_limits(connection: AsyncConnection) -> None:
    if connection.dialect.name == "postgresql":
        for setting in ("statement_timeout", "idle_in_transaction_session_timeout"):
            await connection.execute(text(f"SET LOCAL {setting} = 0"))


@contextmanager
def plain_refusals(whose: str) -> Iterator[None]:
    """What a driver complains of becomes CopyRefused about *whose* database; never with its words, which quote rows."""
    try:
        yield
    except DBAPIError as error:
        code = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None)
        name = code or type(error.orig).__name__
        raise CopyRefused(f"{whose} did not do what was asked ({name}).") from None

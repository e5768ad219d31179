"""Connections for a copy: no statement timeout, and no driver message with row values in it."""

import math
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.errors import Operation, translate_errors
from orbit_adapters.sql.slow_query_log import SlowQueryLog

_SLOW_MS = 60_000
"""Reading a whole table is slow, so only statements that take a minute are logged."""


class CopyRefused(Exception):
    """The copy can't begin or continue. `findings` are lines for the owner; they hold no secret and no address.

    Rows that were already copied stay in the target, and the same copy may be started again.
    """

    def __init__(self, reason: str, findings: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.findings = findings


@asynccontextmanager
async def open_database(address: str) -> AsyncIterator[AsyncEngine]:
    """An engine on *address* that waits for slow statements. Raises UnusableDatabase."""
    engine = open_engine(address, jobs=True, response_timeout_s=math.inf, slow_query_log=SlowQueryLog(over_ms=_SLOW_MS))
    try:
        yield engine
    finally:
        await engine.dispose()


@asynccontextmanager
async def begin_transaction(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A transaction without the timeouts that protect a shop from slow statements. Raises StorageError.

    On SQLite it holds the only write lock: no other process can write until it ends.
    """
    with translate_errors(Operation.COMMIT):
        async with engine.begin() as connection:
            await _without_limits(connection)
            yield connection


@asynccontextmanager
async def begin_snapshot(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A read-only transaction on a snapshot of a PostgreSQL database. Raises StorageError."""
    with translate_errors(Operation.CONNECT):
        async with engine.connect() as fresh:
            connection = await fresh.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            await _without_limits(connection)
            yield connection


async def _without_limits(connection: AsyncConnection) -> None:
    if connection.dialect.name == "postgresql":
        for setting in ("statement_timeout", "idle_in_transaction_session_timeout"):
            await connection.execute(text(f"SET LOCAL {setting} = 0"))


@contextmanager
def translate_driver_errors(whose: str) -> Iterator[None]:
    """Raise CopyRefused about *whose* database in place of a driver's error, whose message may quote rows."""
    try:
        yield
    except DBAPIError as error:
        code = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None)
        name = code or type(error.orig).__name__
        raise CopyRefused(f"{whose} refused a statement ({name}).") from None

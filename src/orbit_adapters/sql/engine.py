"""The way to the database: one URL in, an engine that behaves out."""

import math
import sqlite3
from typing import Any, Literal

from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from orbit_adapters.sql.slow_query_log import SlowQueryLog

Durability = Literal["FULL", "NORMAL", "OFF"]

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}
_LOCK_S = 3
_STATEMENT_S = 5
_JOBS_STATEMENT_S = 30
_IDLE_IN_TRANSACTION_S = 10
_BUSY_MS = 5000
_CONNECT_S = 5.0
_POOL_S = 2.0
_SLACK_S = 3.0


class UnusableDatabase(ValueError):
    """The database's address isn't one that Orbit can use. The message holds no password."""


class _ExactSum:
    """The SQL aggregate `exact_sum`: sums decimal texts that SQLite's own SUM would make floats of."""

    def __init__(self) -> None:
        self._total = 0

    def step(self, value: str | int | None) -> None:
        """One more row."""
        if value is not None:
            self._total += int(value)

    def finalize(self) -> Any:
        """The sum; as text when it doesn't fit into SQLite's integers."""
        return self._total if -(2**63) <= self._total < 2**63 else str(self._total)


class _ExactConnection(sqlite3.Connection):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.create_aggregate("exact_sum", 1, _ExactSum)


def database_url(address: str) -> URL:
    """*address* with the driver that Orbit uses. Raises UnusableDatabase."""
    try:
        url = make_url(address)
    except ArgumentError:
        raise UnusableDatabase(
            "this is no database URL; an example: sqlite+aiosqlite:////var/lib/orbit/orbit.db"
        ) from None
    driver = _DRIVERS.get(url.drivername)
    if driver is None:
        raise UnusableDatabase(f"{url.drivername!r} is not supported: use sqlite+aiosqlite or postgresql+asyncpg")
    if driver.startswith("sqlite") and url.database in (None, "", ":memory:"):
        raise UnusableDatabase("SQLite needs a file, for example sqlite+aiosqlite:////var/lib/orbit/orbit.db")
    return url.set(drivername=driver)


def open_engine(
    address: str,
    durability: Durability = "FULL",
    *,
    jobs: bool = False,
    patience_s: float | None = None,
    slow: SlowQueryLog | None = None,
) -> AsyncEngine:
    """An engine for *address*, not yet connected. Raises UnusableDatabase.

    *durability* is SQLite's `synchronous` (docs/decisions/0003): less than FULL is for tests. *slow* hears of slow
    statements; without it they are only logged. The rest is for PostgreSQL. There, a statement waits 3 s at most
    for somebody's lock, a transaction that is silent for 10 s is ended by the server, and nobody waits longer than
    2 s for one of the pool's forty connections.

    *jobs*: statements may take 30 s instead of 5 s. Workers have an engine of their own, so that their load takes
    no connection from customers. *patience_s* is how long an answer is waited for before TimeoutError is raised
    (math.inf: for ever), by default a little longer than a statement may take: a living server ends slow
    statements by itself, and this is for one that hangs, or a network that does.
    """
    url = database_url(address)
    engine = (
        _open_sqlite(url, durability)
        if url.drivername.startswith("sqlite")
        else _open_postgres(url, _JOBS_STATEMENT_S if jobs else _STATEMENT_S, patience_s)
    )
    (slow or SlowQueryLog()).watch(engine)
    return engine


def _open_postgres(url: URL, statement_s: int, patience_s: float | None) -> AsyncEngine:
    waits_s = statement_s + _SLACK_S if patience_s is None else patience_s
    session = {
        "lock_timeout": f"{_LOCK_S}s",
        "statement_timeout": f"{statement_s}s",
        "idle_in_transaction_session_timeout": f"{_IDLE_IN_TRANSACTION_S}s",
        "timezone": "UTC",
        # Compiling a statement takes longer than any of ours, the owner's figures included.
        "jit": "off",
    }
    return create_async_engine(
        url,
        pool_size=20,
        max_overflow=20,
        pool_timeout=_POOL_S,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={
            "timeout": _CONNECT_S,
            "command_timeout": None if waits_s == math.inf else waits_s,
            "server_settings": session,
        },
    )


def _open_sqlite(url: URL, durability: Durability) -> AsyncEngine:
    engine = create_async_engine(url, hide_parameters=True, connect_args={"factory": _ExactConnection})

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # We say BEGIN ourselves.
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute(f"PRAGMA synchronous={durability}")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        # A transaction that reads first and writes later would otherwise lose the race silently.
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine

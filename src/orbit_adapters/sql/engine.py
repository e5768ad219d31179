"""Creates the engine for a database URL, with timeouts, pool and pragmas."""

import math
import sqlite3
from collections.abc import Mapping
from typing import Any, Literal

from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from orbit_adapters.sql.slow_query_log import SlowQueryLog
from orbit_adapters.sql.statement_spans import collect_statements

Durability = Literal["FULL", "NORMAL", "OFF"]

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}
_OPTIONS = {
    "sqlite+aiosqlite": frozenset({"timeout", "uri"}),
    "postgresql+asyncpg": frozenset({"host", "port", "ssl", "target_session_attrs", "prepared_statement_cache_size"}),
}
"""What may follow the `?` of a URL, by driver. libpq's `sslmode` is asyncpg's `ssl`."""
_STATEMENT_TIMEOUT_S = 5
_JOBS_STATEMENT_TIMEOUT_S = 30
_LIMITS = {
    "statement_timeout": f"{_STATEMENT_TIMEOUT_S}s",
    "lock_timeout": "3s",
    "idle_in_transaction_session_timeout": "10s",
}
_ONLY_READS = "only_reads"
SNAPSHOT: Mapping[str, Mapping[str, Any]] = {
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
    "sqlite": {_ONLY_READS: True},
}
"""The options of a connection whose transactions only read, and see what one moment has left, by dialect."""
_BUSY_TIMEOUT_MS = 5000
_CONNECT_TIMEOUT_S = 5.0
_POOL_TIMEOUT_S = 2.0
_SLACK_S = 3.0


class UnusableDatabase(ValueError):
    """Orbit can't use this database URL. The message holds no password."""


class _ExactSum:
    """The SQL aggregate `exact_sum`: adds decimal texts that SQLite's own SUM would convert to floats."""

    def __init__(self) -> None:
        self._total = 0

    def step(self, value: str | int | None) -> None:
        """One more row."""
        if value is not None:
            self._total += int(value)

    def finalize(self) -> Any:
        """The total; as text when it doesn't fit into SQLite's integers."""
        return self._total if -(2**63) <= self._total < 2**63 else str(self._total)


class _ExactConnection(sqlite3.Connection):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.create_aggregate("exact_sum", 1, _ExactSum)


def database_url(address: str) -> URL:
    """*address*, as hosts give it, with the driver that Orbit uses. Raises UnusableDatabase."""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):  # ValueError: the port isn't a number.
        raise UnusableDatabase(
            "this is no database URL; an example: sqlite+aiosqlite:////var/lib/orbit/orbit.db"
        ) from None
    driver = _DRIVERS.get(url.drivername)
    if driver is None:
        raise UnusableDatabase(f"{url.drivername!r} is not supported: use sqlite+aiosqlite or postgresql+asyncpg")
    if driver.startswith("sqlite") and url.database in (None, "", ":memory:"):
        raise UnusableDatabase("SQLite needs a file, for example sqlite+aiosqlite:////var/lib/orbit/orbit.db")
    return _with_known_options(url.set(drivername=driver))


def _with_known_options(url: URL) -> URL:
    """*url* with `sslmode` renamed. Raises UnusableDatabase for an option that the driver would stumble over."""
    query = dict(url.query)
    if "sslmode" in query and url.drivername.startswith("postgresql"):
        query["ssl"] = query.pop("sslmode")
    unknown = sorted(set(query) - _OPTIONS[url.drivername])
    if unknown:
        raise UnusableDatabase(f"its option {unknown[0]!r} isn't supported: remove it from the URL")
    return url.set(query=query)


def open_engine(
    address: str,
    durability: Durability = "FULL",
    *,
    jobs: bool = False,
    unlimited: bool = False,
    response_timeout_s: float | None = None,
    slow_query_log: SlowQueryLog | None = None,
) -> AsyncEngine:
    """An engine for *address*, not yet connected. Raises UnusableDatabase.

    *durability* is SQLite's `synchronous` (docs/decisions/0003): less than FULL is for tests. *slow_query_log* counts
    slow statements; without it they are only logged. The rest is for PostgreSQL. There, a statement waits 3 s at most
    for a lock, the server ends a transaction that is idle for 10 s, and a caller waits 2 s at most for one of the
    pool's forty connections.

    *jobs*: statements may take 30 s instead of 5 s. Workers have an engine of their own, so that they take no
    connection from customers. *unlimited*: no statement, lock, pause or answer has a limit, from the connection's first
    statement on: for migrations. *response_timeout_s* is how long the client waits for an answer before TimeoutError is
    raised (math.inf: without limit), by default a little longer than a statement may take: a healthy server ends
    slow statements by itself, and this timeout is for a server or a network that hangs.
    """
    url = database_url(address)
    if url.drivername.startswith("sqlite"):
        engine = _open_sqlite(url, durability)
    elif unlimited:
        engine = _open_postgres(url, dict.fromkeys(_LIMITS, "0"), math.inf)
    else:
        statement_timeout_s = _JOBS_STATEMENT_TIMEOUT_S if jobs else _STATEMENT_TIMEOUT_S
        limits = {**_LIMITS, "statement_timeout": f"{statement_timeout_s}s"}
        answer_within_s = statement_timeout_s + _SLACK_S if response_timeout_s is None else response_timeout_s
        engine = _open_postgres(url, limits, answer_within_s)
    (slow_query_log or SlowQueryLog()).watch(engine)
    collect_statements(engine)
    return engine


def _open_postgres(url: URL, limits: Mapping[str, str], response_timeout_s: float) -> AsyncEngine:
    # Compiling a statement takes longer than running any of Orbit's, the statistics included.
    session = {**limits, "timezone": "UTC", "jit": "off"}
    return create_async_engine(
        url,
        pool_size=20,
        max_overflow=20,
        pool_timeout=_POOL_TIMEOUT_S,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={
            "timeout": _CONNECT_TIMEOUT_S,
            "command_timeout": None if response_timeout_s == math.inf else response_timeout_s,
            "server_settings": session,
        },
    )


def _one_trip_connection(file: str, **options: Any) -> Any:
    """The connection that SQLAlchemy awaits."""
    from orbit_adapters.sql.sqlite_connection import OneTripConnection  # A shop on PostgreSQL doesn't need aiosqlite.

    connection = OneTripConnection(lambda: sqlite3.connect(file, **options), iter_chunk_size=64)
    connection._thread.daemon = True  # As SQLAlchemy does with those that it makes itself.
    return connection


def _open_sqlite(url: URL, durability: Durability) -> AsyncEngine:
    engine = create_async_engine(
        url,
        hide_parameters=True,
        connect_args={"factory": _ExactConnection, "async_creator_fn": _one_trip_connection},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # The listener below sends BEGIN.
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={_BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute(f"PRAGMA synchronous={durability}")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        # Otherwise a transaction that reads first and writes later could overwrite a concurrent change.
        only_reads = _ONLY_READS in connection.get_execution_options()
        connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")

    return engine

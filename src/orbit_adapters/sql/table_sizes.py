"""How large the tables are, and how fast they grow: what the doctor shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, column, func, select, table, text, true
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.engine import SNAPSHOT, open_engine
from orbit_adapters.sql.errors import Operation, translate_errors
from orbit_adapters.sql.indexes import HAS_RAW, IS_SENT, schema
from orbit_adapters.sql.source_tables import source_records
from orbit_adapters.sql.tables import audit, inbox, outbox, payments, users

GROWTH_PERIOD: Final = timedelta(days=7)

_LARGE_FILE_BYTES = 2 * 1024**3
"""Counting the pages of a larger file takes longer than a person waits."""

_MOST_COUNTED = 1_000_000
_SINCE: Final[Mapping[str, tuple[ColumnElement[datetime], ColumnElement[bool]]]] = {
    "users": (users.c.created_at, true()),
    "payments": (payments.c.created_at, true()),
    "outbox": (outbox.c.done_at, IS_SENT),
    "source_records": (source_records.c.seen_at, HAS_RAW),
    "inbox": (inbox.c.received_at, true()),
    "audit": (audit.c.at, true()),
}
"""Of which tables an index knows what is new: nothing is stored for this, and nothing else is read."""

# The server's own figures: the rows are its last estimate, -1 before the first one.
_POSTGRES = text(
    "SELECT relname AS name, CAST(reltuples AS BIGINT) AS rows, pg_total_relation_size(oid) AS bytes "
    "FROM pg_class WHERE relkind = 'r' AND relnamespace = CAST(CAST(current_schema() AS TEXT) AS REGNAMESPACE)"
)
_SQLITE_BYTES = text(
    "SELECT tbl_name AS name, SUM(pgsize) AS bytes FROM dbstat JOIN sqlite_schema USING (name) GROUP BY tbl_name"
)


@dataclass(frozen=True, slots=True)
class TableSize:
    """A table with its indexes. None: that can't be known here, or would take too long."""

    name: str
    rows: int | None
    size: int | None
    new_rows: int | None

    @property
    def growth(self) -> int | None:
        """By how many bytes it has grown in GROWTH_PERIOD, as large as its other rows are."""
        if self.new_rows is None or self.size is None or not self.rows:
            return None
        return self.size * min(self.new_rows, self.rows) // self.rows


@dataclass(frozen=True, slots=True)
class DatabaseSize:
    """The whole database, and its tables, the largest first."""

    size: int
    tables: Sequence[TableSize]


async def database_size(address: str, now: datetime) -> DatabaseSize:
    """Read it beside whoever writes. Raises StorageError, UnusableDatabase."""
    engine = open_engine(address)
    try:
        snapshots = engine.execution_options(**SNAPSHOT[engine.dialect.name])
        with translate_errors(Operation.STATEMENT):
            async with snapshots.connect() as connection:
                is_postgres = engine.dialect.name == "postgresql"
                return await (_postgres_size if is_postgres else _sqlite_size)(connection, now)
    finally:
        await engine.dispose()


async def _postgres_size(connection: AsyncConnection, now: datetime) -> DatabaseSize:
    size = (await connection.execute(select(func.pg_database_size(func.current_database())))).scalar_one()
    tables = [
        TableSize(row.name, row.rows if row.rows >= 0 else None, row.bytes, await _new_rows(connection, row.name, now))
        for row in await connection.execute(_POSTGRES)
        if row.name in schema.tables
    ]
    return DatabaseSize(int(size), _by_size(tables))


async def _sqlite_size(connection: AsyncConnection, now: datetime) -> DatabaseSize:
    pages, page_size = [
        (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar_one() for name in ("page_count", "page_size")
    ]
    size = int(pages) * int(page_size)
    if size > _LARGE_FILE_BYTES:
        new = {name: await _new_rows(connection, name, now) for name in _SINCE}
        return DatabaseSize(size, [TableSize(name, None, None, count) for name, count in new.items()])
    sizes = await _sqlite_sizes(connection)
    tables = []
    for name in sorted(schema.tables):
        rows = (await connection.execute(select(func.count()).select_from(table(name, column("rowid"))))).scalar_one()
        tables.append(TableSize(name, int(rows), sizes.get(name), await _new_rows(connection, name, now)))
    return DatabaseSize(size, _by_size(tables))


async def _sqlite_sizes(connection: AsyncConnection) -> Mapping[str, int]:
    """Nothing where SQLite was built without this virtual table."""
    try:
        return {row.name: int(row.bytes) for row in await connection.execute(_SQLITE_BYTES)}
    except OperationalError:
        return {}


async def _new_rows(connection: AsyncConnection, name: str, now: datetime) -> int | None:
    if name not in _SINCE:
        return None
    at, indexed = _SINCE[name]
    some = select(at).where(indexed, at >= now - GROWTH_PERIOD).limit(_MOST_COUNTED).subquery()
    return int((await connection.execute(select(func.count()).select_from(some))).scalar_one())


def _by_size(tables: Sequence[TableSize]) -> Sequence[TableSize]:
    return sorted(tables, key=lambda one: (-(one.size or 0), -(one.rows or 0), one.name))

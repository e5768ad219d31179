"""Rows of a PostgreSQL database by COPY: out of one snapshot, and into an empty database."""

import hashlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from sqlalchemy import inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.backup.patience import open_patiently
from orbit_adapters.backup.refused import broken, refuse_failures
from orbit_adapters.backup.tables import Dump, EmptyDatabase, TableShape, Write, quoted
from orbit_adapters.backup.throttle import Throttle, throttled
from orbit_adapters.sql.engine import SNAPSHOT
from orbit_domain.backup.manifest import TableFacts

_PIECE = 64 * 1024
_SAME_TEXT = ("datestyle = 'ISO, YMD'", "timezone = 'UTC'", "extra_float_digits = 1", "bytea_output = 'hex'")
"""A value is written alike whatever the server's own settings are."""
_SEQUENCES = "SELECT sequencename AS name, last_value AS last FROM pg_sequences WHERE schemaname = current_schema()"
_FOREIGN_KEYS = """
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS remove,
       format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS restore
FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY conname
"""
_INDEXES = """
SELECT format('DROP INDEX %s', indexrelid::regclass) AS remove, pg_get_indexdef(indexrelid) AS restore
FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
WHERE relnamespace = current_schema()::regnamespace
      AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x'))
ORDER BY relname
"""
_CURSORS = "SELECT source, position FROM cursors"


@asynccontextmanager
async def postgres_dump(address: str, *, is_throttled: bool) -> AsyncIterator[Dump]:
    """The database at *address* in a transaction that only reads, and sees one moment. Nobody waits for it."""
    engine = open_patiently(address)
    try:
        async with engine.connect() as fresh:
            connection = await fresh.execution_options(**SNAPSHOT["postgresql"])
            for setting in _SAME_TEXT:
                await connection.execute(text(f"SET LOCAL {setting}"))
            yield _PostgresDump(connection, await _driver(connection), Throttle() if is_throttled else None)
    finally:
        await engine.dispose()


@asynccontextmanager
async def postgres_target(address: str, *, kept: bool) -> AsyncIterator[EmptyDatabase]:
    """The empty database at *address*, whose tables are this user's own."""
    engine = open_patiently(address)
    try:
        async with engine.connect() as fresh:
            connection = await fresh.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text("SET timezone = 'UTC'"))
            target = _PostgresTarget(connection, await _driver(connection), is_throttled=not kept)
            await target.loosen()
            if not kept:
                await target.unlog()
            yield target
    finally:
        await engine.dispose()


async def _driver(connection: AsyncConnection) -> Any:
    """asyncpg's own connection: SQLAlchemy has no COPY."""
    return (await connection.get_raw_connection()).driver_connection


class _PostgresDump:
    def __init__(self, connection: AsyncConnection, driver: Any, throttle: Throttle | None) -> None:
        self._connection = connection
        self._driver = driver
        self._throttle = throttle

    async def revision(self) -> str:
        return str(await self._connection.scalar(text("SELECT version_num FROM alembic_version")))

    async def rows(self, table: TableShape, write: Write) -> TableFacts:
        digest, held, rows = hashlib.sha256(), bytearray(), 0

        async def take(data: bytes) -> None:
            held.extend(data)
            if len(held) >= _PIECE:
                await flush()
                if self._throttle is not None:
                    await self._throttle.rest()

        async def flush() -> None:
            nonlocal rows
            piece = bytes(held)
            held.clear()
            digest.update(piece)
            rows += piece.count(b"\n")
            await write(piece)

        await self._driver.copy_from_query(table.select, output=take)
        await flush()
        return TableFacts(table.name, rows, digest.hexdigest())

    async def sequences(self) -> Mapping[str, int | None]:
        return {row.name: row.last for row in await self._connection.execute(text(_SEQUENCES))}

    async def cursors(self) -> Mapping[str, str]:
        return {row.source: row.position for row in await self._connection.execute(text(_CURSORS))}


class _PostgresTarget:
    def __init__(self, connection: AsyncConnection, driver: Any, *, is_throttled: bool) -> None:
        self._connection = connection
        self._driver = driver
        self._is_throttled = is_throttled
        self._loaded: list[TableShape] = []
        self._restore: list[str] = []

    async def loosen(self) -> None:
        """Let go of indexes and references until all rows are there.

        Made of all rows at once they cost the server, which others wait for, a part of what they cost row by row.
        """
        for query in (_FOREIGN_KEYS, _INDEXES):  # An index may be what a reference needs.
            found = (await self._connection.execute(text(query))).all()
            self._restore = [*(row.restore for row in found), *self._restore]
            for row in found:
                await self._driver.execute(row.remove)

    async def unlog(self) -> None:
        """Keep it out of the server's log, which the shop's own commits wait for, and which replicas are sent."""
        for name in await self.shapes():
            await self._driver.execute(f"ALTER TABLE {quoted(name)} SET UNLOGGED")

    async def shapes(self) -> Mapping[str, TableShape]:
        def read(connection: Any) -> Mapping[str, TableShape]:
            inspector = inspect(connection)
            keys = inspector.get_multi_pk_constraint()
            return {
                place[1]: TableShape(
                    place[1], tuple(one["name"] for one in columns), tuple(keys[place]["constrained_columns"])
                )
                for place, columns in inspector.get_multi_columns().items()
            }

        return await self._connection.run_sync(read)

    async def load(self, table: TableShape, columns: tuple[str, ...], rows: AsyncIterator[bytes]) -> None:
        # What a trigger would check row by row, the audit proves afterwards in one statement.
        await self._triggers(table, "DISABLE")
        self._loaded.append(table)
        try:
            source = throttled(rows) if self._is_throttled else rows
            await self._driver.copy_to_table(table.name, columns=columns, source=source)
        except asyncpg.DataError:
            raise broken(f"a row of {table.name} isn't one") from None
        except asyncpg.IntegrityConstraintViolationError as error:
            raise broken(f"rows of {table.name} contradict each other ({error.sqlstate})") from None

    async def finish(self, sequences: Mapping[str, int | None]) -> None:
        known = {row.name for row in await self._connection.execute(text(_SEQUENCES))}
        if known != set(sequences):
            raise broken("its sequences aren't those of its schema")
        for name, last in sequences.items():
            if last is not None:
                with refuse_failures():
                    await self._connection.execute(text("SELECT setval(:name, :last)"), {"name": name, "last": last})
        for table in self._loaded:
            # What comes next is planned by what is there now.
            await self._driver.execute(f"ANALYZE {quoted(table.name)}")
        throttle = Throttle()
        for statement in self._restore:
            try:
                await self._driver.execute(statement)
                if self._is_throttled:
                    await throttle.rest_after_statement()
            except asyncpg.IntegrityConstraintViolationError as error:
                raise broken(f"its rows contradict each other ({error.sqlstate})") from None
        for table in self._loaded:
            await self._triggers(table, "ENABLE")

    async def _triggers(self, table: TableShape, switch: str) -> None:
        await self._connection.execute(text(f"ALTER TABLE {quoted(table.name)} {switch} TRIGGER USER"))

"""Copies a shop from an SQLite file to another database with the same schema."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from orbit_adapters.database_copy.connections import (
    CopyRefused,
    begin_transaction,
    open_database,
    translate_driver_errors,
)
from orbit_adapters.database_copy.diff import TableDiff, compare
from orbit_adapters.database_copy.rows import OnProgress, copy_table
from orbit_adapters.sql.engine import UnusableDatabase, database_url
from orbit_adapters.sql.indexes import schema
from orbit_adapters.sql.ledger_audit import audit_ledger
from orbit_adapters.sql.schema_check import SchemaError, require_schema
from orbit_domain.ledger.repository import LedgerAudit

_MAGIC = b"SQLite format 3\0"
_NAMED = 10

OnPlan = Callable[[tuple[TableDiff, ...]], None]
"""Called with the differences before anything is copied."""

_Work = Callable[[AsyncConnection, AsyncEngine], Awaitable["CopyResult"]]


@dataclass(frozen=True, slots=True)
class CopyResult:
    """The differences, table by table, and the audit of each side's ledger."""

    tables: tuple[TableDiff, ...]
    source_audit: LedgerAudit
    target_audit: LedgerAudit

    @property
    def is_complete(self) -> bool:
        """Whether all rows are equal, and the audits too."""
        return all(table.is_equal for table in self.tables) and self.source_audit == self.target_audit


@dataclass(frozen=True, slots=True)
class DatabaseCopy:
    """Copies the shop in *file* to the database at *target*; safe to interrupt and to repeat.

    Each transaction writes *batch* rows. A write lock on *file* is held during the copy, so no row is missed.
    """

    file: Path
    target: str
    batch: int = 500

    async def preview(self) -> CopyResult:
        """What would be copied. Nothing is changed. Raises CopyRefused, StorageError."""
        return await self._with_both(self._preview)

    async def run(self, on_plan: OnPlan, on_progress: OnProgress) -> CopyResult:
        """Copy what is missing, then compare both databases. Raises CopyRefused, StorageError."""

        async def work(source: AsyncConnection, target: AsyncEngine) -> CopyResult:
            on_plan((await self._preview(source, target)).tables)
            for table in schema.sorted_tables:
                await copy_table(source, target, table, self.batch, on_progress)
            return await _compare_all(source, target)

        return await self._with_both(work)

    async def _preview(self, source: AsyncConnection, target: AsyncEngine) -> CopyResult:
        await _check_integrity(source)
        result = await _compare_all(source, target)
        _refuse_contradictions(result)
        return result

    async def _with_both(self, work: _Work) -> CopyResult:
        source_address = _address_of(self.file)
        with translate_driver_errors("One of the databases"):
            await _check_schema(source_address, "The file")
            await _check_schema(self.target, "The database of DATABASE_URL")
            if _is_same(self.file, self.target):
                raise CopyRefused("The file is the very database that DATABASE_URL names.")
            async with AsyncExitStack() as open_:
                source_engine = await open_.enter_async_context(open_database(source_address))
                target = await open_.enter_async_context(open_database(self.target))
                source = await open_.enter_async_context(begin_transaction(source_engine))
                return await work(source, target)


async def _compare_all(source: AsyncConnection, target: AsyncEngine) -> CopyResult:
    async with begin_transaction(target) as connection:
        tables = [await compare(source, connection, table) for table in schema.sorted_tables]
        return CopyResult(tuple(tables), await audit_ledger(source), await audit_ledger(connection))


async def _check_integrity(source: AsyncConnection) -> None:
    """Refuse a damaged file, and one whose rows reference missing rows."""
    answers = (await source.execute(text("PRAGMA quick_check(10)"))).scalars().all()
    if answers != ["ok"]:
        raise CopyRefused("The file is damaged: SQLite's quick_check found errors. Next: restore a backup.")
    orphans = (await source.execute(text("PRAGMA foreign_key_check"))).all()
    if orphans:
        names = tuple(f"{row[0]} row {row[1]} references a missing row of {row[2]}" for row in orphans[:_NAMED])
        raise CopyRefused(f"{len(orphans)} rows of the file reference missing rows.", names)


def _refuse_contradictions(result: CopyResult) -> None:
    bad = [table for table in result.tables if not table.can_be_completed]
    if bad:
        raise CopyRefused(
            "Nothing was copied: the target holds other data, or the file holds invalid values.",
            tuple(line for table in bad for line in table.findings),
        )
    if result.source_audit.unbalanced:
        names = tuple(f"entry {name} doesn't sum to zero" for name in result.source_audit.unbalanced[:_NAMED])
        raise CopyRefused("Nothing was copied: the ledger of the file doesn't balance.", names)


async def _check_schema(address: str, whose: str) -> None:
    try:
        await require_schema(address)
    except SchemaError as error:
        raise CopyRefused(f"{whose}: {error}") from None
    except UnusableDatabase as error:
        raise CopyRefused(f"{whose}: {error}.") from None


def _address_of(file: Path) -> str:
    """The address of the SQLite database in *file*. Raises CopyRefused when there is none."""
    try:
        with file.open("rb") as opened_file:
            magic = opened_file.read(len(_MAGIC))
    except OSError as error:
        raise CopyRefused(f"The file can't be read: {error.strerror}.") from None
    if magic != _MAGIC:
        raise CopyRefused("The file is no SQLite database.")
    if "?" in str(file):
        raise CopyRefused("The file's path has a question mark in it. Next: move it to a path without one.")
    return URL.create("sqlite+aiosqlite", database=str(file.resolve())).render_as_string()


def _is_same(file: Path, target: str) -> bool:
    url = database_url(target)
    other = Path(url.database or "")
    return url.drivername.startswith("sqlite") and other.exists() and other.samefile(file)

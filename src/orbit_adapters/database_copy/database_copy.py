"""A whole shop from an SQLite file to another database of the same schema."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from orbit_adapters.database_copy.connections import begun, opened, plain_refusals
from orbit_adapters.database_copy.diff import Difference, compare
from orbit_adapters.database_copy.errors import CopyRefused
from orbit_adapters.database_copy.rows import Moved, copy
from orbit_adapters.sql.engine import UnusableDatabase, database_url
from orbit_adapters.sql.indexes import schema
from orbit_adapters.sql.ledger_audit import checked
from orbit_adapters.sql.schema_check import SchemaError, require_schema
from orbit_domain.ledger.repository import LedgerAudit

_MAGIC = b"SQLite format 3\0"
_NAMED = 10

Planned = Callable[[tuple[Difference, ...]], None]
"""Hears what is to be moved, before anything is."""

_Work = Callable[[AsyncConnection, AsyncEngine], Awaitable["CopyResult"]]


@dataclass(frozen=True, slots=True)
class CopyResult:
    """What both sides hold, table by table, and what the audit of each one's books found."""

    tables: tuple[Difference, ...]
    source_books: LedgerAudit
    target_books: LedgerAudit

    @property
    def is_whole(self) -> bool:
        """Whether the sides are equal in every row, and their books too."""
        return all(table.is_equal for table in self.tables) and self.source_books == self.target_books


@dataclass(frozen=True, slots=True)
class DatabaseCopy:
    """Brings the shop in *file* to the database at *target*; safe to break off and to repeat.

    *batch* rows are recorded at a time. While it runs, *file* takes no writes, so that nothing stays behind.
    """

    file: Path
    target: str
    batch: int = 500

    async def look(self) -> CopyResult:
        """What would be moved. Nothing is changed. Raises CopyRefused, StorageError."""
        return await self._with_both(self._look)

    async def run(self, planned: Planned, moved: Moved) -> CopyResult:
        """Move what is missing, then read and compare everything. Raises CopyRefused, StorageError."""

        async def work(source: AsyncConnection, target: AsyncEngine) -> CopyResult:
            planned((await self._look(source, target)).tables)
            for table in schema.sorted_tables:
                await copy(source, target, table, self.batch, moved)
            return await _compared(source, target)

        return await self._with_both(work)

    async def _look(self, source: AsyncConnection, target: AsyncEngine) -> CopyResult:
        await _sound(source)
        moving = await _compared(source, target)
        _refuse_contradictions(moving)
        return moving

    async def _with_both(self, work: _Work) -> CopyResult:
        source_address = _address_of(self.file)
        with plain_refusals("One of the databases"):
            await _right_schema(source_address, "The file")
            await _right_schema(self.target, "The database of DATABASE_URL")
            if _is_same(self.file, self.target):
                raise CopyRefused("The file is the very database that DATABASE_URL names.")
            async with AsyncExitStack() as open_:
                source_engine = await open_.enter_async_context(opened(source_address))
                target = await open_.enter_async_context(opened(self.target))
                source = await open_.enter_async_context(begun(source_engine))
                return await work(source, target)


async def _compared(source: AsyncConnection, target: AsyncEngine) -> CopyResult:
    async with begun(target) as connection:
        tables = [await compare(source, connection, table) for table in schema.sorted_tables]
        return CopyResult(tuple(tables), await checked(source), await checked(connection))


async def _sound(source: AsyncConnection) -> None:
    """Refuse a file that is damaged, or whose rows name owners that it hasn't got."""
    answers = (await source.execute(text("PRAGMA quick_check(10)"))).scalars().all()
    if answers != ["ok"]:
        raise CopyRefused("The file is damaged: SQLite's own check found faults. Next: restore a backup.")
    orphans = (await source.execute(text("PRAGMA foreign_key_check"))).all()
    if orphans:
        names = tuple(f"{row[0]} row {row[1]} names something that {row[2]} hasn't got" for row in orphans[:_NAMED])
        raise CopyRefused(f"{len(orphans)} rows of the file belong to nobody.", names)


def _refuse_contradictions(moving: CopyResult) -> None:
    bad = [table for table in moving.tables if not table.can_be_completed]
    if bad:
        raise CopyRefused(
            "Nothing was moved: the target holds something else, or the file holds what no database should.",
            tuple(line for table in bad for line in table.findings),
        )
    if moving.source_books.unbalanced:
        names = tuple(f"entry {name} doesn't sum to zero" for name in moving.source_books.unbalanced[:_NAMED])
        raise CopyRefused("Nothing was moved: the books of the file don't balance.", names)


async def _right_schema(address: str, whose: str) -> None:
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
        raise CopyRefused("The file's path has a question mark in it. Next: move it to a plainer place.")
    return URL.create("sqlite+aiosqlite", database=str(file.resolve())).render_as_string()


def _is_same(file: Path, target: str) -> bool:
    url = database_url(target)
    other = Path(url.database or "")
    return url.drivername.startswith("sqlite") and other.exists() and other.samefile(file)

"""The tables of a shop, as a dump reads them and a restored database must have them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from orbit_adapters.sql.indexes import schema
from orbit_domain.backup.manifest import TableFacts

Write = Callable[[bytes], Awaitable[None]]
"""Takes a piece of a table's rows."""


@dataclass(frozen=True, slots=True)
class TableShape:
    """A table: its columns, and those by which its rows are ordered."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]

    @property
    def select(self) -> str:
        """The statement that reads every row, in an order that both sides of a comparison have."""
        return f"SELECT {listed(self.columns)} FROM {quoted(self.name)} ORDER BY {listed(self.key)}"  # noqa: S608


class Dump(Protocol):
    """A database as one moment has left it."""

    async def revision(self) -> str:
        """The revision of its schema."""

    async def rows(self, table: TableShape, write: Write) -> TableFacts:
        """Hand every row of *table* to *write*, in pieces, and say what they were."""

    async def sequences(self) -> Mapping[str, int | None]:
        """The numbers that it gave last, by sequence."""

    async def cursors(self) -> Mapping[str, str]:
        """How far each source of money was read."""


class EmptyDatabase(Protocol):
    """A database with the tables of a revision and no rows: an archive is loaded into it."""

    async def shapes(self) -> Mapping[str, TableShape]:
        """Its tables by name."""

    async def load(self, table: TableShape, columns: tuple[str, ...], rows: AsyncIterator[bytes]) -> None:
        """Insert *rows*, as a dump of the same kind has written them. Raises BackupRefused."""

    async def finish(self, sequences: Mapping[str, int | None]) -> None:
        """Let its sequences go on where those of the archive stopped, and its guards stand as before."""


def shop_tables() -> tuple[TableShape, ...]:
    """The tables of this version, those that others reference first."""
    return tuple(
        TableShape(
            table.name,
            tuple(column.name for column in table.columns),
            tuple(column.name for column in table.primary_key.columns),
        )
        for table in schema.sorted_tables
    )


def quoted(name: str) -> str:
    """*name* in SQL."""
    return '"' + name.replace('"', '""') + '"'


def listed(names: tuple[str, ...]) -> str:
    """*names* in SQL, with commas."""
    return ", ".join(map(quoted, names))

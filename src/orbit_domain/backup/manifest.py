"""What an archive says of itself, first and last, and how two databases are compared by it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ArchiveHead:
    """The first word of an archive: whose it is, and which database can take it."""

    shop: str
    kind: str
    revision: str
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class TableFacts:
    """The rows of one table as they were written, in the order of its primary key, and the SHA-256 of those bytes."""

    name: str
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The last word of an archive: what must have come before it.

    *sequences* are the numbers that the database gave last, None where it gave none; *cursors* how far each source of
    money was read, in words for a person: a restored shop reads on from there.
    """

    tables: tuple[TableFacts, ...]
    sequences: Mapping[str, int | None]
    cursors: Mapping[str, str]

    @property
    def rows(self) -> int:
        """How many rows there are in all tables."""
        return sum(table.rows for table in self.tables)


def differences(expected: Manifest, found: Manifest) -> tuple[str, ...]:
    """One line for each table or sequence that isn't as *expected*; empty: both databases hold the same."""
    mine, other = ({table.name: table for table in one.tables} for one in (expected, found))
    tables = [
        _difference(name, mine.get(name), other.get(name))
        for name in sorted({*mine, *other})
        if mine.get(name) != other.get(name)
    ]
    sequences = sorted({*expected.sequences, *found.sequences})
    return (
        *tables,
        *(
            f"the sequence {name} is at {found.sequences.get(name)}, not at {expected.sequences.get(name)}"
            for name in sequences
            if expected.sequences.get(name) != found.sequences.get(name)
        ),
    )


def _difference(name: str, expected: TableFacts | None, found: TableFacts | None) -> str:
    if expected is None or found is None:
        return f"the table {name} is {'missing' if found is None else 'one more'}"
    if expected.rows != found.rows:
        return f"the table {name} has {found.rows} rows, not {expected.rows}"
    return f"rows of the table {name} are different"

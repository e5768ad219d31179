"""Compares two databases row by row: which rows are equal, missing or different."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.database_copy.connections import CopyRefused
from orbit_adapters.database_copy.validation import invalid_values, row_name
from orbit_adapters.sql.query import Row

FETCHED = 500
_NAMED = 10


@dataclass(slots=True)
class TableDiff:
    """What reading *table* on both sides has found.

    `contradicting` counts rows that the target has otherwise, `extra` those that the source hasn't; `invalid` counts
    values of the source that no other database would take. `findings` names the first of each.
    """

    table: str
    same: int = 0
    missing: int = 0
    extra: int = 0
    contradicting: int = 0
    invalid: int = 0
    findings: list[str] = field(default_factory=list)

    @property
    def source_rows(self) -> int:
        """How many rows the source has."""
        return self.same + self.missing + self.contradicting

    @property
    def target_rows(self) -> int:
        """How many rows the target has."""
        return self.same + self.extra + self.contradicting

    @property
    def can_be_completed(self) -> bool:
        """Whether adding what is missing makes both sides equal."""
        return not (self.extra or self.contradicting or self.invalid)

    @property
    def is_equal(self) -> bool:
        """Whether both sides hold the same rows with the same values."""
        return self.can_be_completed and not self.missing


async def compare(source: AsyncConnection, target: AsyncConnection, table: Table) -> TableDiff:
    """Read *table* on both sides in the order of its primary key, which both databases sort alike.

    Raises CopyRefused when a row can't be read at all.
    """
    found = TableDiff(table.name)
    ours, theirs = rows_of(source, table, "the source"), rows_of(target, table, "the target")
    mine, other = await _next(ours), await _next(theirs)
    while mine is not None or other is not None:
        if other is None or (mine is not None and _key(table, mine) < _key(table, other)):
            found.missing += 1
            _validate(found, table, mine)
            mine = await _next(ours)
        elif mine is None or _key(table, other) < _key(table, mine):
            found.extra += 1
            _add_finding(found, found.extra, f"{row_name(table, other)} is in the target alone")
            other = await _next(theirs)
        else:
            _compare_rows(found, table, mine, other)
            mine, other = await _next(ours), await _next(theirs)
    return found


async def rows_of(connection: AsyncConnection, table: Table, whose: str) -> AsyncIterator[Row]:
    """The rows of *table* in the order of its primary key. Raises CopyRefused for one that can't be read."""
    statement = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=FETCHED)
    last = "its first row"
    try:
        async with connection.stream(statement) as result:
            async for row in result.mappings():
                yield row
                last = row_name(table, row)
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        reason = f"{whose}'s {table.name} can't be read: {type(error).__name__} at or after {last}."
        raise CopyRefused(reason) from None


async def _next(rows: AsyncIterator[Row]) -> Row | None:
    return await anext(rows, None)


def _key(table: Table, row: Row) -> tuple[Any, ...]:
    return tuple(row[column.name] for column in table.primary_key.columns)


def _compare_rows(found: TableDiff, table: Table, mine: Row, other: Row) -> None:
    differing = [column.name for column in table.columns if mine[column.name] != other[column.name]]
    if differing:
        found.contradicting += 1
        _add_finding(found, found.contradicting, f"{row_name(table, mine)} differs in {', '.join(differing)}")
    else:
        found.same += 1
        _validate(found, table, mine)


def _validate(found: TableDiff, table: Table, row: Row | None) -> None:
    for line in invalid_values(table, row) if row is not None else ():
        found.invalid += 1
        _add_finding(found, found.invalid, line)


def _add_finding(found: TableDiff, count: int, line: str) -> None:
    if count <= _NAMED:
        found.findings.append(line)

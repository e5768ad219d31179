"""Inserts or changes many rows of one table, and binds them a column at a time.

SQLAlchemy looks up each value of each row by its name and binds it alone: for a page of a source's history that took
longer than the database takes to store it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import CursorResult, Dialect, Table
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.errors import Operation, translate_errors
from orbit_adapters.sql.query import Row
from orbit_adapters.sql.shield import run_to_completion

_MOST_VALUES = 30_000
"""PostgreSQL takes 32 767 parameters a statement, SQLite one less."""

Values = tuple[Any, ...]


async def insert_rows(
    connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]], *, unless: Sequence[str] = ()
) -> None:
    """Insert *rows*, which have the same columns; with *unless*, all but those whose values there are recorded.

    Raises StorageError.
    """
    if rows:
        dialect, names = connection.dialect, tuple(rows[0])
        text = _insert(dialect, table, names, 1) + _unless(dialect, unless)
        await _send(connection, text, _bound(dialect, table, names, rows))


async def insert_new(
    connection: AsyncConnection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    *,
    unless: Sequence[str],
    returning: Sequence[str],
) -> Sequence[Row]:
    """Insert those of *rows* whose values of *unless* aren't recorded, and say what *returning* of each of them is.

    It is said as the driver gives it: texts and numbers alone are what they were. Raises StorageError.
    """
    if not rows:
        return []
    dialect, names = connection.dialect, tuple(rows[0])
    new: list[Row] = []
    at_once = _MOST_VALUES // len(names)
    for begin in range(0, len(rows), at_once):
        part = _bound(dialect, table, names, rows[begin : begin + at_once])
        text = _insert(dialect, table, names, len(part)) + _unless(dialect, unless) + _returning(dialect, returning)
        result = await _send(connection, text, tuple(value for values in part for value in values))
        new.extend(result.mappings().all())
    return new


async def update_rows(
    connection: AsyncConnection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    *,
    key: str,
    adding: Sequence[str] = (),
    unless_changed: Mapping[str, str] | None = None,
) -> int:
    """Set each of *rows*, which have the same columns, where *key* is the same: one statement. How many were found.

    What stands in *adding* is added to its column. *unless_changed* names columns, and where in *rows* their values
    as they were read stand: a row that has others by now stays as it is. Raises StorageError.
    """
    if not rows:
        return 0
    read, dialect = dict(unless_changed or {}), connection.dialect
    names = tuple(rows[0])
    columns = {name: name for name in names} | {where: name for name, where in read.items()}
    quote = dialect.identifier_preparer.quote
    into = dialect.identifier_preparer.format_table(table)
    sets = [
        f"{quote(name)} = {f'{into}.{quote(name)} + ' if name in adding else ''}changed.{quote(name)}"
        for name in names
        if name != key and name not in read.values()
    ]
    same = [f"{into}.{quote(key)} = changed.{quote(key)}"]
    same += [f"{into}.{quote(name)} IS NOT DISTINCT FROM changed.{quote(where)}" for name, where in read.items()]
    if dialect.name == "sqlite":
        same = [one.replace("IS NOT DISTINCT FROM", "IS") for one in same]
    found = 0
    at_once = _MOST_VALUES // len(names)
    for begin in range(0, len(rows), at_once):
        part = _bound(dialect, table, names, rows[begin : begin + at_once], columns)
        # Names of tables and columns, and nothing from outside.
        text = (
            f"WITH changed ({_quoted(dialect, names)}) AS (VALUES {_typed_marks(dialect, table, columns, len(part))}) "  # noqa: S608
            f"UPDATE {into} SET {', '.join(sets)} FROM changed WHERE {' AND '.join(same)} "
            f"RETURNING {into}.{quote(key)}"
        )
        result = await _send(connection, text, tuple(value for values in part for value in values))
        found += len(result.all())
    return found


def _typed_marks(dialect: Dialect, table: Table, columns: Mapping[str, str], count: int) -> str:
    """As `_marks`; PostgreSQL is told the types of the first row, because nothing else says them there."""
    marks = _marks(dialect, len(columns), count)
    if dialect.name == "postgresql":
        types = (table.c[name].type.compile(dialect=dialect).split(" COLLATE ")[0] for name in columns.values())
        typed = (f"CAST(${number} AS {name})" for number, name in enumerate(types, 1))
        marks[0] = f"({', '.join(typed)})"
    return ", ".join(marks)


async def _send(connection: AsyncConnection, text: str, values: Values | list[Values]) -> CursorResult[Any]:
    with translate_errors(Operation.STATEMENT):
        return await run_to_completion(connection.exec_driver_sql(text, values))


def _bound(
    dialect: Dialect,
    table: Table,
    names: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
    stands_for: Mapping[str, str] | None = None,
) -> list[Values]:
    """The values of *rows* as the driver takes them. *stands_for* says which column of *table* each name is of."""
    columns = []
    for name in names:
        column = stands_for[name] if stands_for else name
        bind = table.c[column].type.dialect_impl(dialect).bind_processor(dialect)
        values = [row[name] for row in rows]
        if bind is None:
            columns.append(values)
        elif values.count(values[0]) == len(values):  # As in most columns: the source, the asset, the time of today.
            columns.append([bind(values[0])] * len(values))
        else:
            columns.append([bind(value) for value in values])
    return list(zip(*columns, strict=True))


def _insert(dialect: Dialect, table: Table, names: Sequence[str], count: int) -> str:
    """An INSERT of *count* rows of these columns."""
    into = dialect.identifier_preparer.format_table(table)
    rows = ", ".join(_marks(dialect, len(names), count))
    # Names of tables and columns, and nothing from outside.
    return f"INSERT INTO {into} ({_quoted(dialect, names)}) VALUES {rows}"  # noqa: S608


def _marks(dialect: Dialect, width: int, count: int) -> list[str]:
    """The places of the values of *count* rows: PostgreSQL's have numbers, which go on from row to row."""
    if dialect.paramstyle != "numeric_dollar":
        return [f"({', '.join('?' * width)})"] * count
    starts = range(1, count * width + 1, width)
    return [f"({', '.join(f'${number}' for number in range(start, start + width))})" for start in starts]


def _unless(dialect: Dialect, names: Sequence[str]) -> str:
    return f" ON CONFLICT ({_quoted(dialect, names)}) DO NOTHING" if names else ""


def _returning(dialect: Dialect, names: Sequence[str]) -> str:
    return f" RETURNING {_quoted(dialect, names)}"


def _quoted(dialect: Dialect, names: Sequence[str]) -> str:
    return ", ".join(dialect.identifier_preparer.quote(name) for name in names)

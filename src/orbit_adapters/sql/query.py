"""Executes statements: the few functions that every repository uses."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, Executable, RowMapping, Table, and_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.errors import Operation, translate_errors
from orbit_adapters.sql.shield import run_to_completion

Row = RowMapping


async def execute(
    connection: AsyncConnection, statement: Executable, rows: Sequence[Mapping[str, Any]] | None = None
) -> CursorResult[Any]:
    """Send the statement, an INSERT with all of its *rows* at once. Raises StorageError.

    Rows that are part of the statement itself, by `values`, would be compiled anew each time: that takes ten times
    as long as to insert them.
    """
    with translate_errors(Operation.STATEMENT):
        return await run_to_completion(connection.execute(statement, rows))


async def fetch_one(connection: AsyncConnection, statement: Executable) -> Row | None:
    """The first row of the answer, if there is one."""
    return (await execute(connection, statement)).mappings().first()


async def fetch_all(
    connection: AsyncConnection, statement: Executable, rows: Sequence[Mapping[str, Any]] | None = None
) -> Sequence[Row]:
    """All rows of the answer; *rows* as `execute` takes them."""
    return (await execute(connection, statement, rows)).mappings().all()


async def rowcount(connection: AsyncConnection, statement: Executable) -> int:
    """How many rows the statement changed."""
    return int((await execute(connection, statement)).rowcount)


def dialect_insert(connection: AsyncConnection, table: Table) -> Any:
    """An INSERT with ON CONFLICT, for the database of *connection*."""
    return insert_of(connection.dialect.name, table)


def insert_of(dialect: str, table: Table) -> Any:
    """An INSERT with ON CONFLICT; SQLAlchemy has a class for each database."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def begins_with(column: ColumnElement[str], start: str) -> ColumnElement[bool]:
    """Whether *column* begins with *start*, ASCII text, as a range that an index on the column serves."""
    return and_(column >= start, column < start[:-1] + chr(ord(start[-1]) + 1))


@asynccontextmanager
async def savepoint(connection: AsyncConnection) -> AsyncIterator[None]:
    """The block is rolled back when it raises; the transaction around it continues. Raises StorageError."""
    with translate_errors(Operation.STATEMENT):
        inner = await run_to_completion(connection.begin_nested().start())
    try:
        yield
        with translate_errors(Operation.STATEMENT):
            await run_to_completion(inner.commit())
    finally:
        if inner.is_active:
            with translate_errors(Operation.STATEMENT):
                await run_to_completion(inner.rollback())

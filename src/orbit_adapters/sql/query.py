"""Executes statements: the few functions that every repository uses."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import CursorResult, Executable, RowMapping, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.errors import Operation, translate_errors
from orbit_adapters.sql.shield import run_to_completion

Row = RowMapping


async def execute(connection: AsyncConnection, statement: Executable) -> CursorResult[Any]:
    """Send the statement. Raises StorageError."""
    with translate_errors(Operation.STATEMENT):
        return await run_to_completion(connection.execute(statement))


async def fetch_one(connection: AsyncConnection, statement: Executable) -> Row | None:
    """The first row of the answer, if there is one."""
    return (await execute(connection, statement)).mappings().first()


async def fetch_all(connection: AsyncConnection, statement: Executable) -> Sequence[Row]:
    """All rows of the answer."""
    return (await execute(connection, statement)).mappings().all()


async def rowcount(connection: AsyncConnection, statement: Executable) -> int:
    """How many rows the statement changed."""
    return int((await execute(connection, statement)).rowcount)


def dialect_insert(connection: AsyncConnection, table: Table) -> Any:
    """An INSERT with ON CONFLICT; SQLAlchemy has a class for each database."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


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

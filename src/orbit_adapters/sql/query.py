"""Reading and writing rows: the few shapes that every repository uses."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import CursorResult, Executable, RowMapping, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.errors import Doing, translate_errors
from orbit_adapters.sql.shield import run_to_completion

Row = RowMapping


async def execute(connection: AsyncConnection, statement: Executable) -> CursorResult[Any]:
    """Send the statement. Raises StorageError."""
    with translate_errors(Doing.STATEMENT):
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


def inserting(connection: AsyncConnection, table: Table) -> Any:
    """An INSERT that can say ON CONFLICT; both databases say it alike, SQLAlchemy has a class for each."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


@asynccontextmanager
async def savepoint(connection: AsyncConnection) -> AsyncIterator[None]:
    """What happens inside vanishes when it raises; the transaction around it goes on. Raises StorageError."""
    with translate_errors(Doing.STATEMENT):
        inner = await run_to_completion(connection.begin_nested().start())
    try:
        yield
        with translate_errors(Doing.STATEMENT):
            await run_to_completion(inner.commit())
    finally:
        if inner.is_active:
            with translate_errors(Doing.STATEMENT):
                await run_to_completion(inner.rollback())

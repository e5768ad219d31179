"""Reading and writing rows: the few shapes that every repository uses."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import CursorResult, Executable, RowMapping, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.troubles import Doing, in_our_words
from orbit_adapters.sql.unbroken import unbroken

Row = RowMapping


async def execute(connection: AsyncConnection, statement: Executable) -> CursorResult[Any]:
    """Send the statement. Raises StorageTrouble."""
    with in_our_words(Doing.STATEMENT):
        return await unbroken(connection.execute(statement))


async def first(connection: AsyncConnection, statement: Executable) -> Row | None:
    """The first row of the answer, if there is one."""
    return (await execute(connection, statement)).mappings().first()


async def every(connection: AsyncConnection, statement: Executable) -> Sequence[Row]:
    """All rows of the answer."""
    return (await execute(connection, statement)).mappings().all()


async def changed(connection: AsyncConnection, statement: Executable) -> int:
    """How many rows the statement changed."""
    return int((await execute(connection, statement)).rowcount)


def inserting(connection: AsyncConnection, table: Table) -> Any:
    """An INSERT that can say ON CONFLICT; both databases say it alike, SQLAlchemy has a class for each."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


@asynccontextmanager
async def savepoint(connection: AsyncConnection) -> AsyncIterator[None]:
    """What happens inside vanishes when it raises; the transaction around it goes on. Raises StorageTrouble."""
    with in_our_words(Doing.STATEMENT):
        inner = await unbroken(connection.begin_nested().start())
    try:
        yield
        with in_our_words(Doing.STATEMENT):
            await unbroken(inner.commit())
    finally:
        if inner.is_active:
            with in_our_words(Doing.STATEMENT):
                await unbroken(inner.rollback())

"""Reading and writing rows: the few shapes that every repository uses."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Executable, RowMapping, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

Row = RowMapping


async def first(connection: AsyncConnection, statement: Executable) -> Row | None:
    """The first row of the answer, if there is one."""
    return (await connection.execute(statement)).mappings().first()


async def every(connection: AsyncConnection, statement: Executable) -> Sequence[Row]:
    """All rows of the answer."""
    return (await connection.execute(statement)).mappings().all()


async def changed(connection: AsyncConnection, statement: Executable) -> int:
    """How many rows the statement changed."""
    return int((await connection.execute(statement)).rowcount)


def inserting(connection: AsyncConnection, table: Table) -> Any:
    """An INSERT that can say ON CONFLICT; both databases say it alike, SQLAlchemy has a class for each."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)

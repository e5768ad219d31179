"""Rows from one database to another, in batches that are each recorded whole."""

from collections.abc import AsyncIterator, Callable, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from orbit_adapters.database_copy.connections import begun
from orbit_adapters.database_copy.diff import rows_of
from orbit_adapters.database_copy.errors import CopyRefused
from orbit_adapters.database_copy.referrers import in_order
from orbit_adapters.sql.errors import Doing, translate_errors
from orbit_adapters.sql.query import Row, execute, fetch_all, inserting
from orbit_adapters.sql.tables import ledger_postings, users

Moved = Callable[[str, int], None]
"""Hears the name of a table and how many of its rows have just been recorded (those known already included)."""

_TOGETHER = {ledger_postings.name: "entry_id"}
"""Rows that must be recorded at once: PostgreSQL proves at each COMMIT that what was posted sums to zero."""


async def copy(source: AsyncConnection, target: AsyncEngine, table: Table, batch: int, moved: Moved) -> None:
    """Add the rows of *table* that *target* hasn't got; what it has is left alone.

    Raises StorageError, CopyRefused.
    """
    batches = _invited(source, batch) if table is users else _batches(source, table, batch)
    async for rows in batches:
        async with begun(target) as connection:
            await _insert(connection, table, rows)
        moved(table.name, len(rows))


async def _insert(connection: AsyncConnection, table: Table, rows: Sequence[Row]) -> None:
    names = [column.name for column in table.primary_key.columns]
    statement = inserting(connection, table).on_conflict_do_nothing(index_elements=names)
    with translate_errors(Doing.STATEMENT):
        await connection.execute(statement, [dict(row) for row in rows])
    if connection.dialect.name == "postgresql" and table.autoincrement_column is not None:
        await _let_numbers_go_on(connection, table)


async def _let_numbers_go_on(connection: AsyncConnection, table: Table) -> None:
    """Rows came with their numbers; the next one that the database gives must be above them."""
    column: Any = table.autoincrement_column
    sequence = func.pg_get_serial_sequence(table.name, column.name)
    await execute(connection, select(func.setval(sequence, select(func.max(column)).scalar_subquery())))


async def _batches(source: AsyncConnection, table: Table, size: int) -> AsyncIterator[list[Row]]:
    together = _TOGETHER.get(table.name)
    batch: list[Row] = []
    async for row in rows_of(source, table, "the source"):
        belongs = together is not None and bool(batch) and batch[-1][together] == row[together]
        if len(batch) >= size and not belongs:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


async def _invited(source: AsyncConnection, size: int) -> AsyncIterator[list[Row]]:
    """Users, inviters first: a row may only name somebody who is there."""
    known = await fetch_all(source, select(users.c.tg_id, users.c.referrer_id).order_by(users.c.tg_id))
    ordered, circular = in_order({row["tg_id"]: row["referrer_id"] for row in known})
    if circular:
        raise CopyRefused("Users have invited each other in a circle.", tuple(f"user {one}" for one in circular[:10]))
    queue = iter(ordered)
    while batch := list(islice(queue, size)):
        rows = {row["tg_id"]: row for row in await fetch_all(source, select(users).where(users.c.tg_id.in_(batch)))}
        yield [rows[tg_id] for tg_id in batch]

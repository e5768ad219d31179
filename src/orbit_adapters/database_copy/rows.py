"""Copies the rows of one table in batches, one transaction each."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from orbit_adapters.database_copy.connections import CopyRefused, begin_transaction
from orbit_adapters.database_copy.diff import rows_of
from orbit_adapters.sql.errors import Operation, translate_errors
from orbit_adapters.sql.query import Row, dialect_insert, execute, fetch_all
from orbit_adapters.sql.tables import ledger_postings, users

OnProgress = Callable[[str, int], None]
"""Called with a table's name and how many of its rows a batch held, rows that were already there included."""

_KEPT_TOGETHER = {ledger_postings.name: "entry_id"}
"""Rows that one transaction must write: PostgreSQL checks at each COMMIT that an entry sums to zero."""


async def copy_table(
    source: AsyncConnection, target: AsyncEngine, table: Table, batch: int, on_progress: OnProgress
) -> None:
    """Insert the rows of *table* that are missing in *target*; its existing rows stay as they are.

    Raises StorageError, CopyRefused.
    """
    batches = _user_batches(source, batch) if table is users else _batches(source, table, batch)
    async for rows in batches:
        async with begin_transaction(target) as connection:
            await _insert(connection, table, rows)
        on_progress(table.name, len(rows))


async def _insert(connection: AsyncConnection, table: Table, rows: Sequence[Row]) -> None:
    names = [column.name for column in table.primary_key.columns]
    statement = dialect_insert(connection, table).on_conflict_do_nothing(index_elements=names)
    with translate_errors(Operation.STATEMENT):
        await connection.execute(statement, [dict(row) for row in rows])
    if connection.dialect.name == "postgresql" and table.autoincrement_column is not None:
        await _advance_sequence(connection, table)


async def _advance_sequence(connection: AsyncConnection, table: Table) -> None:
    """Copied rows keep their numbers, so the sequence must continue above them."""
    column: Any = table.autoincrement_column
    sequence = func.pg_get_serial_sequence(table.name, column.name)
    await execute(connection, select(func.setval(sequence, select(func.max(column)).scalar_subquery())))


async def _batches(source: AsyncConnection, table: Table, size: int) -> AsyncIterator[list[Row]]:
    together = _KEPT_TOGETHER.get(table.name)
    batch: list[Row] = []
    async for row in rows_of(source, table, "the source"):
        belongs = together is not None and bool(batch) and batch[-1][together] == row[together]
        if len(batch) >= size and not belongs:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


async def _user_batches(source: AsyncConnection, size: int) -> AsyncIterator[list[Row]]:
    """Users, referrers first: a row may only reference a row that exists."""
    known = await fetch_all(source, select(users.c.tg_id, users.c.referrer_id).order_by(users.c.tg_id))
    ordered, circular = order_by_referrer({row["tg_id"]: row["referrer_id"] for row in known})
    if circular:
        raise CopyRefused("Referrers form a cycle.", tuple(f"user {one}" for one in circular[:10]))
    queue = iter(ordered)
    while batch := list(islice(queue, size)):
        rows = {row["tg_id"]: row for row in await fetch_all(source, select(users).where(users.c.tg_id.in_(batch)))}
        yield [rows[tg_id] for tg_id in batch]


def order_by_referrer(referrers: Mapping[int, int | None]) -> tuple[list[int], list[int]]:
    """The users of *referrers* (user → referrer), referrers first; and the users whose referrer closes a cycle.

    A referrer who isn't in the mapping counts as none. Runs in linear time.
    """
    ordered: dict[int, None] = {}
    circular = []
    for user in referrers:
        chain: dict[int, None] = {}
        at: int | None = user
        while at is not None and at in referrers and at not in ordered:
            if at in chain:
                circular.append(next(reversed(chain)))
                break
            chain[at] = None
            at = referrers[at]
        ordered.update(dict.fromkeys(reversed(chain)))
    return list(ordered), circular

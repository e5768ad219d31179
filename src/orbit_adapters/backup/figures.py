"""A database in a few figures, for a person who decides which of two is the shop's."""

from datetime import datetime

from sqlalchemy import Table, func, inspect, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.backup.patience import open_patiently
from orbit_adapters.backup.refused import BackupRefused, refuse_failures
from orbit_adapters.backup.tables import quoted
from orbit_adapters.sql.engine import SNAPSHOT
from orbit_adapters.sql.migrate import revisions, schema_state
from orbit_adapters.sql.tables import orders, payments, receipts
from orbit_adapters.sql.types import sum_as_text
from orbit_domain.backup.backup import BackupProblem
from orbit_domain.backup.difference import DatabaseFigures, MoneySince
from orbit_domain.money import Currency, Money


async def read_figures(address: str, since: datetime) -> DatabaseFigures | None:
    """The figures of the database at *address*; None: it has no tables. Raises BackupRefused when it can't be read."""
    with refuse_failures():
        revision, _ = await schema_state(address)
        if revision is None:
            return None
        if revision not in revisions():
            what = f"a newer version of Orbit made it: its schema is {revision}"
            raise BackupRefused(BackupProblem.NEWER, what, "use that version, or a newer one")
        engine = open_patiently(address)
        try:
            async with engine.connect() as fresh:
                connection = await fresh.execution_options(**SNAPSHOT[engine.dialect.name])
                return DatabaseFigures(
                    await _rows(connection),
                    await _newest(connection, orders),
                    await _newest(connection, payments),
                    await _money(connection, since),
                )
        finally:
            await engine.dispose()


async def _rows(connection: AsyncConnection) -> dict[str, int]:
    names = await connection.run_sync(lambda here: inspect(here).get_table_names())
    counted = {name: await connection.scalar(text(f"SELECT COUNT(*) FROM {quoted(name)}")) for name in names}  # noqa: S608
    return {name: rows or 0 for name, rows in counted.items() if name != "alembic_version"}


async def _newest(connection: AsyncConnection, table: Table) -> datetime | None:
    created_at = table.c.created_at
    moment: datetime | None = await connection.scalar(select(func.max(created_at, type_=created_at.type)))
    return moment


async def _money(connection: AsyncConnection, since: datetime) -> tuple[MoneySince, ...]:
    asset = receipts.c.method, receipts.c.asset, receipts.c.decimals
    arrived = select(*asset, func.count().label("number"), sum_as_text(receipts.c.units).label("units"))
    newer = arrived.where(receipts.c.seen_at > since).group_by(*asset).order_by(*asset)
    return tuple(
        MoneySince(row.method, row.number, Money(int(row.units), Currency(row.asset, row.decimals)))
        for row in await connection.execute(newer)
    )

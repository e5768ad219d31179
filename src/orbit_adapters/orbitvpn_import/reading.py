"""Reads an OrbitVPN database: in one snapshot, every value as text, so that no invalid value stops the reading."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import bindparam, column, select, table, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import cast
from sqlalchemy.types import Text

from orbit_adapters.database_copy.connections import CopyRefused, begin_snapshot, open_database, translate_driver_errors
from orbit_adapters.orbitvpn_import.columns import OPTIONAL, PRIMARY_KEYS, REQUIRED
from orbit_adapters.sql.engine import database_url
from orbit_domain.storage import StorageError

OrbitvpnRow = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class OrbitvpnData:
    """All rows that were read, by table, in the order of the primary keys."""

    users: tuple[OrbitvpnRow, ...] = ()
    configs: tuple[OrbitvpnRow, ...] = ()
    payments: tuple[OrbitvpnRow, ...] = ()
    ton_transactions: tuple[OrbitvpnRow, ...] = ()
    marzban_instances: tuple[OrbitvpnRow, ...] = ()


async def read_orbitvpn(address: str) -> OrbitvpnData:
    """Read the database at *address* and change nothing there. Raises CopyRefused."""
    try:
        url = database_url(address)
    except ValueError:  # UnusableDatabase, and what a port that is no number raises.
        raise CopyRefused("This is no address of a PostgreSQL database.") from None
    if not url.drivername.startswith("postgresql"):
        raise CopyRefused("OrbitVPN keeps its data in PostgreSQL; this is the address of another database.")
    try:
        with translate_driver_errors("The old database"):
            return await _read_all(address)
    except StorageError as error:
        raise CopyRefused(f"The old database: {error}.") from None


async def _read_all(address: str) -> OrbitvpnData:
    async with open_database(address) as engine, begin_snapshot(engine) as connection:
        await connection.execute(text("SET LOCAL datestyle = 'ISO, YMD'"))
        columns = await _columns(connection)
        _require(columns)
        return OrbitvpnData(
            **{name: await _read(connection, name, columns.get(name, frozenset())) for name in PRIMARY_KEYS}
        )


async def _columns(connection: AsyncConnection) -> dict[str, frozenset[str]]:
    statement = text(
        "SELECT table_name, column_name FROM information_schema.columns "
        "WHERE table_schema = current_schema() AND table_name IN :names"
    ).bindparams(bindparam("names", expanding=True, value=list(PRIMARY_KEYS)))
    found: dict[str, set[str]] = {}
    for name, column_name in (await connection.execute(statement)).all():
        found.setdefault(name, set()).add(column_name)
    return {name: frozenset(columns) for name, columns in found.items()}


def _require(columns_found: Mapping[str, frozenset[str]]) -> None:
    missing = tuple(
        f"{name}.{one} is missing" if name in columns_found else f"the table {name} is missing"
        for name, needed in REQUIRED.items()
        for one in needed
        if one not in columns_found.get(name, frozenset())
    )
    if missing:
        raise CopyRefused("This is not OrbitVPN's database, or not one of version 2.", tuple(dict.fromkeys(missing)))


async def _read(connection: AsyncConnection, name: str, columns_found: frozenset[str]) -> tuple[OrbitvpnRow, ...]:
    wanted = (*REQUIRED.get(name, ()), *OPTIONAL.get(name, ()))
    if PRIMARY_KEYS[name] not in columns_found:
        return ()
    source = table(name, *(column(one) for one in columns_found))
    shown = [cast(source.c[one], Text).label(one) for one in wanted if one in columns_found]
    absent: OrbitvpnRow = dict.fromkeys(wanted)
    rows = []
    async with connection.stream(select(*shown).order_by(source.c[PRIMARY_KEYS[name]])) as result:
        async for row in result.mappings():
            rows.append({**absent, **row})
    return tuple(rows)

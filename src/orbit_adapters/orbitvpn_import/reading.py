"""Reading an OrbitVPN database: one snapshot, every value as text, so that no odd value stops the reading."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import bindparam, column, select, table, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import cast
from sqlalchemy.types import Text

from orbit_adapters.database_copy.connections import opened, plain_refusals, snapshot
from orbit_adapters.database_copy.errors import CopyRefused
from orbit_adapters.orbitvpn_import.columns import KEYS, OPTIONAL, REQUIRED
from orbit_adapters.sql.engine import database_url
from orbit_domain.storage import StorageError

OldRow = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class OldShop:
    """Everything that was read, by table, in the order of the primary keys."""

    users: tuple[OldRow, ...] = ()
    configs: tuple[OldRow, ...] = ()
    payments: tuple[OldRow, ...] = ()
    ton_transactions: tuple[OldRow, ...] = ()
    marzban_instances: tuple[OldRow, ...] = ()


async def read_old_shop(address: str) -> OldShop:
    """Read the database at *address* and change nothing there. Raises CopyRefused."""
    try:
        url = database_url(address)
    except ValueError:  # UnusableDatabase, and what a port that is no number raises.
        raise CopyRefused("That is no address of a PostgreSQL database.") from None
    if not url.drivername.startswith("postgresql"):
        raise CopyRefused("OrbitVPN keeps its data in PostgreSQL; that is an address of something else.")
    try:
        with plain_refusals("The old database"):
            return await _read_all(address)
    except StorageError as trouble:
        raise CopyRefused(f"The old database: {trouble}.") from None


async def _read_all(address: str) -> OldShop:
    async with opened(address) as engine, snapshot(engine) as connection:
        await connection.execute(text("SET LOCAL datestyle = 'ISO, YMD'"))
        there = await _columns(connection)
        _require(there)
        return OldShop(**{name: await _read(connection, name, there.get(name, frozenset())) for name in KEYS})


async def _columns(connection: AsyncConnection) -> dict[str, frozenset[str]]:
    question = text(
        "SELECT table_name, column_name FROM information_schema.columns "
        "WHERE table_schema = current_schema() AND table_name IN :names"
    ).bindparams(bindparam("names", expanding=True, value=list(KEYS)))
    found: dict[str, set[str]] = {}
    for name, column_name in (await connection.execute(question)).all():
        found.setdefault(name, set()).add(column_name)
    return {name: frozenset(columns) for name, columns in found.items()}


def _require(there: Mapping[str, frozenset[str]]) -> None:
    missing = tuple(
        f"{name}.{one} is missing" if name in there else f"the table {name} is missing"
        for name, needed in REQUIRED.items()
        for one in needed
        if one not in there.get(name, frozenset())
    )
    if missing:
        raise CopyRefused("This is not OrbitVPN's database, or not one of version 2.", tuple(dict.fromkeys(missing)))


async def _read(connection: AsyncConnection, name: str, there: frozenset[str]) -> tuple[OldRow, ...]:
    wanted = (*REQUIRED.get(name, ()), *OPTIONAL.get(name, ()))
    if KEYS[name] not in there:
        return ()
    source = table(name, *(column(one) for one in there))
    shown = [cast(source.c[one], Text).label(one) for one in wanted if one in there]
    absent: OldRow = dict.fromkeys(wanted)
    rows = []
    async with connection.stream(select(*shown).order_by(source.c[KEYS[name]])) as result:
        async for row in result.mappings():
            rows.append({**absent, **row})
    return tuple(rows)

"""How many stored secrets need which key: read from their texts, opened by nobody."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Column, Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.errors import Operation, translate_errors
from orbit_adapters.sql.gift_tables import gifts
from orbit_adapters.sql.link_tables import subscription_links
from orbit_adapters.sql.query import begins_with

_SEALED: Final[Mapping[str, tuple[Table, Column[str]]]] = {
    "customers' links": (subscription_links, subscription_links.c.sealed_token),
    "gifts' links": (gifts, gifts.c.sealed_code),
}
"""The columns that are sealed anew. Copies of subscriptions aren't: those of an older key are fetched again."""


async def sealed_otherwise(address: str, key_id: str) -> Mapping[str, tuple[int, int]]:
    """Of each kind how many there are, and how many of them another key than *key_id* has sealed.

    Raises StorageError, UnusableDatabase.
    """
    engine = open_engine(address, jobs=True)
    try:
        with translate_errors(Operation.STATEMENT):
            async with engine.connect() as connection:
                return {kind: await _counted(connection, kind, key_id) for kind in _SEALED}
    finally:
        await engine.dispose()


async def _counted(connection: AsyncConnection, kind: str, key_id: str) -> tuple[int, int]:
    table, sealed = _SEALED[kind]
    is_other = ~begins_with(sealed, f"v1.{key_id}.")
    counted = select(func.count().label("all"), func.count().filter(is_other).label("others")).select_from(table)
    row = (await connection.execute(counted)).mappings().one()
    return int(row["all"]), int(row["others"])

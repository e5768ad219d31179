"""Gifts in SQL."""

from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.gift_tables import gifts
from orbit_adapters.sql.query import Row, fetch_all, fetch_one, rowcount
from orbit_domain.gift.gift import Gift, NoSuchGift
from orbit_domain.ids import OrderId

_gifts = gifts.c


class SqlGifts:
    """The port `Gifts`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, gift: Gift) -> None:
        """Record a new gift. Raises StorageConflict for an unknown order, and for a second gift of one."""
        row = insert(gifts).values(
            order_id=gift.order_id,
            code_hash=gift.code_hash,
            giver_name=gift.giver_name,
            created_at=gift.created_at,
            **_changeable(gift),
        )
        await rowcount(self._connection, row)

    async def get(self, order_id: OrderId) -> Gift | None:
        """What belongs to the order, if it is a gift."""
        row = await fetch_one(self._connection, select(gifts).where(_gifts.order_id == order_id))
        return gift_from(row) if row is not None else None

    async def by_hash(self, code_hash: str) -> Gift | None:
        """The gift whose code has this hash."""
        row = await fetch_one(self._connection, select(gifts).where(_gifts.code_hash == code_hash))
        return gift_from(row) if row is not None else None

    async def page(self, after: OrderId | None, limit: int) -> tuple[Gift, ...]:
        """By the order's id."""
        listed = select(gifts) if after is None else select(gifts).where(_gifts.order_id > after)
        rows = await fetch_all(self._connection, listed.order_by(_gifts.order_id).limit(limit))
        return tuple(gift_from(row) for row in rows)

    async def save(self, gift: Gift) -> None:
        """Record what may change. Raises NoSuchGift."""
        statement = update(gifts).where(_gifts.order_id == gift.order_id).values(**_changeable(gift))
        if not await rowcount(self._connection, statement):
            raise NoSuchGift


def _changeable(gift: Gift) -> dict[str, Any]:
    return {"sealed_code": gift.sealed_code, "message": gift.message, "taker_name": gift.taker_name}


def gift_from(row: Row, prefix: str = "") -> Gift:
    """A row of `gifts`, whose columns are named with *prefix*."""
    return Gift(
        order_id=OrderId(row[f"{prefix}order_id"]),
        code_hash=row[f"{prefix}code_hash"],
        sealed_code=row[f"{prefix}sealed_code"],
        giver_name=row[f"{prefix}giver_name"],
        created_at=row[f"{prefix}created_at"],
        message=row[f"{prefix}message"],
        taker_name=row[f"{prefix}taker_name"],
    )

"""Gifts in memory."""

from dataclasses import replace

from orbit_adapters.memory.storable_text import sanitized, storable
from orbit_adapters.memory.tables import RecordConflict, Session
from orbit_domain.gift.gift import Gift, NoSuchGift
from orbit_domain.ids import OrderId


class MemoryGifts:
    """The port `Gifts`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, gift: Gift) -> None:
        """Record a new gift. Raises RecordConflict for an unknown order, and for a second gift of one."""
        tables, gift = self._session.tables, sanitized(gift)
        if gift.order_id not in tables.orders:
            raise RecordConflict(f"there is no order {gift.order_id}")
        if gift.order_id in tables.gifts or gift.code_hash in tables.gift_codes:
            raise RecordConflict(f"there is a gift of the order {gift.order_id}, or of this code")
        tables.gifts[gift.order_id] = gift
        tables.gift_codes[gift.code_hash] = gift.order_id

    async def get(self, order_id: OrderId) -> Gift | None:
        """What belongs to the order, if it is a gift."""
        return self._session.tables.gifts.get(order_id)

    async def by_hash(self, code_hash: str) -> Gift | None:
        """The gift whose code has this hash."""
        tables = self._session.tables
        order_id = tables.gift_codes.get(storable(code_hash))
        return tables.gifts[order_id] if order_id is not None else None

    async def page(self, after: OrderId | None, limit: int) -> tuple[Gift, ...]:
        """By the order's id."""
        listed = sorted(self._session.tables.gifts.values(), key=lambda gift: gift.order_id)
        return tuple(gift for gift in listed if after is None or gift.order_id > after)[:limit]

    async def save(self, gift: Gift) -> None:
        """Record what may change. Raises NoSuchGift."""
        stored = self._session.tables.gifts.get(gift.order_id)
        if stored is None:
            raise NoSuchGift
        changed = replace(stored, sealed_code=gift.sealed_code, message=gift.message, taker_name=gift.taker_name)
        self._session.tables.gifts[gift.order_id] = sanitized(changed)

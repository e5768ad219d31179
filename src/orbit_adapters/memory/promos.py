"""Promo codes in memory."""

from dataclasses import replace
from datetime import datetime

from orbit_adapters.memory.storable_text import sanitized, storable
from orbit_adapters.memory.tables import RecordConflict, Session, Tables
from orbit_domain.ids import OrderId, PromoCode, TelegramId
from orbit_domain.promo.promo import Promo, PromoUse


class MemoryPromos:
    """The port `Promos`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add_if_absent(self, promo: Promo) -> bool:
        """Record a new code, unused."""
        promos = self._session.tables.promos
        new = sanitized(replace(promo, uses=0, stopped_at=None))
        if new.code in promos:
            return False
        promos[new.code] = new
        return True

    async def get(self, code: PromoCode) -> Promo | None:
        """The code as it stands now."""
        return self._session.tables.promos.get(PromoCode(storable(code)))

    async def newest(self, limit: int) -> tuple[Promo, ...]:
        """The newest codes."""
        by_name = sorted(self._session.tables.promos.values(), key=lambda one: one.code)
        return tuple(sorted(by_name, key=lambda one: one.created_at, reverse=True)[:limit])

    async def stop(self, code: PromoCode, at: datetime) -> bool:
        """Nobody gets anything by it any more."""
        promo = await self.get(code)
        if promo is None or promo.stopped_at is not None:
            return False
        self._session.tables.promos[promo.code] = sanitized(replace(promo, stopped_at=at))
        return True

    async def count_use(self, code: PromoCode) -> bool:
        """Count one use more, if one is left."""
        promo = await self.get(code)
        if promo is None or promo.stopped_at is not None:
            return False
        if promo.total_uses is not None and promo.uses >= promo.total_uses:
            return False
        self._session.tables.promos[promo.code] = replace(promo, uses=promo.uses + 1)
        return True

    async def enter(self, code: PromoCode, tg_id: TelegramId, at: datetime) -> bool:
        """A customer has entered the code. Raises RecordConflict for an unknown code or user."""
        tables = self._session.tables
        use = sanitized(PromoUse(code, tg_id, at))
        if (tg_id, use.code) in tables.promo_uses:
            return False
        self._session.require_user(tg_id)
        if use.code not in tables.promos:
            raise RecordConflict(f"there is no code {use.code}")
        tables.promo_uses[tg_id, use.code] = use
        return True

    async def use(self, code: PromoCode, tg_id: TelegramId, at: datetime, order_id: OrderId | None = None) -> bool:
        """The customer's one use of it. Raises RecordConflict for an unknown order."""
        known = await self.use_of(code, tg_id)
        if known is None or known.used_at is not None:
            return False
        if order_id is not None and order_id not in self._session.tables.orders:
            raise RecordConflict(f"there is no order {order_id}")
        used = sanitized(replace(known, used_at=at, order_id=order_id))
        self._session.tables.promo_uses[tg_id, known.code] = used
        return True

    async def use_of(self, code: PromoCode, tg_id: TelegramId) -> PromoUse | None:
        """What the customer did with the code."""
        return self._session.tables.promo_uses.get((tg_id, PromoCode(storable(code))))

    async def waiting(self, tg_id: TelegramId) -> tuple[Promo, ...]:
        """The codes that the customer has entered and not used, by name."""
        return waiting_codes(self._session.tables, tg_id)


def waiting_codes(tables: Tables, tg_id: TelegramId) -> tuple[Promo, ...]:
    """The codes that a user has entered and not used, by name."""
    mine = (one for (owner, _), one in tables.promo_uses.items() if owner == tg_id and one.used_at is None)
    return tuple(tables.promos[code] for code in sorted(one.code for one in mine))

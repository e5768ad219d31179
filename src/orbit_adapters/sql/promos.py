"""Promo codes in SQL."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.promo_tables import promo_uses, promos
from orbit_adapters.sql.query import Row, dialect_insert, fetch_all, fetch_one, rowcount
from orbit_domain.ids import OrderId, PlanCode, PromoCode, TelegramId
from orbit_domain.promo.promo import Promo, PromoKind, PromoUse

_promos = promos.c
_uses = promo_uses.c


class SqlPromos:
    """The port `Promos`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add_if_absent(self, promo: Promo) -> bool:
        """Record a new code, unused."""
        insert = dialect_insert(self._connection, promos).values(
            code=promo.code,
            kind=promo.kind,
            value=promo.value,
            created_at=promo.created_at,
            valid_from=promo.valid_from,
            valid_until=promo.valid_until,
            total_uses=promo.total_uses,
            plans=list(promo.plans),
            uses=0,
        )
        new = insert.on_conflict_do_nothing(index_elements=["code"]).returning(_promos.code)
        return await fetch_one(self._connection, new) is not None

    async def get(self, code: PromoCode) -> Promo | None:
        """The code as it stands now."""
        row = await fetch_one(self._connection, select(promos).where(_promos.code == code))
        return promo_from(row) if row is not None else None

    async def newest(self, limit: int) -> tuple[Promo, ...]:
        """The newest codes."""
        newest = select(promos).order_by(_promos.created_at.desc(), _promos.code).limit(limit)
        return tuple(map(promo_from, await fetch_all(self._connection, newest)))

    async def stop(self, code: PromoCode, at: datetime) -> bool:
        """Nobody gets anything by it any more."""
        going_on = update(promos).where(_promos.code == code, _promos.stopped_at.is_(None))
        return bool(await rowcount(self._connection, going_on.values(stopped_at=at)))

    async def count_use(self, code: PromoCode) -> bool:
        """Count one use more: the row is locked by the UPDATE, so that whoever comes second sees the first."""
        is_left = or_(_promos.total_uses.is_(None), _promos.uses < _promos.total_uses)
        left = update(promos).where(_promos.code == code, _promos.stopped_at.is_(None), is_left)
        return bool(await rowcount(self._connection, left.values(uses=_promos.uses + 1)))

    async def enter(self, code: PromoCode, tg_id: TelegramId, at: datetime) -> bool:
        """A customer has entered the code. Raises StorageConflict for an unknown code or user."""
        insert = dialect_insert(self._connection, promo_uses).values(code=code, tg_id=tg_id, entered_at=at)
        new = insert.on_conflict_do_nothing(index_elements=["tg_id", "code"]).returning(_uses.code)
        return await fetch_one(self._connection, new) is not None

    async def use(self, code: PromoCode, tg_id: TelegramId, at: datetime, order_id: OrderId | None = None) -> bool:
        """The customer's one use of it. Raises StorageConflict for an unknown order."""
        unused = update(promo_uses).where(_uses.tg_id == tg_id, _uses.code == code, _uses.used_at.is_(None))
        return bool(await rowcount(self._connection, unused.values(used_at=at, order_id=order_id)))

    async def use_of(self, code: PromoCode, tg_id: TelegramId) -> PromoUse | None:
        """What the customer did with the code."""
        row = await fetch_one(self._connection, select(promo_uses).where(_uses.tg_id == tg_id, _uses.code == code))
        return _use_from(row) if row is not None else None

    async def waiting(self, tg_id: TelegramId) -> tuple[Promo, ...]:
        """The codes that the customer has entered and not used, by name."""
        rows = await fetch_all(self._connection, waiting_codes(tg_id).order_by(_promos.code))
        return tuple(map(promo_from, rows))


def waiting_codes(tg_id: TelegramId) -> Select[Any]:
    """The query of the codes that a user has entered and not used."""
    return select(promos).join(promo_uses).where(_uses.tg_id == tg_id, _uses.used_at.is_(None))


def promo_from(row: Row, prefix: str = "") -> Promo:
    """A row of `promos`, whose columns are named with *prefix*."""
    return Promo(
        code=PromoCode(row[f"{prefix}code"]),
        kind=PromoKind(row[f"{prefix}kind"]),
        value=row[f"{prefix}value"],
        created_at=row[f"{prefix}created_at"],
        valid_from=row[f"{prefix}valid_from"],
        valid_until=row[f"{prefix}valid_until"],
        total_uses=row[f"{prefix}total_uses"],
        plans=tuple(PlanCode(code) for code in row[f"{prefix}plans"]),
        uses=row[f"{prefix}uses"],
        stopped_at=row[f"{prefix}stopped_at"],
    )


def _use_from(row: Row) -> PromoUse:
    order_id = None if row["order_id"] is None else OrderId(row["order_id"])
    return PromoUse(PromoCode(row["code"]), TelegramId(row["tg_id"]), row["entered_at"], row["used_at"], order_id)

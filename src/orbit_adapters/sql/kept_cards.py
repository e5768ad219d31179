"""What payments say about cards, in SQL."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, literal_column, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.indexes import HAS_CARD
from orbit_adapters.sql.payments import payment_from
from orbit_adapters.sql.query import execute, fetch_all, fetch_one
from orbit_adapters.sql.tables import payments, users
from orbit_domain.ids import PaymentId, TelegramId
from orbit_domain.payment.payment import CardUse, Payment, PaymentStatus
from orbit_domain.subscription.reminders import RENEWED_BEFORE

_OLDEST = (payments.c.created_at, payments.c.id)


class SqlKeptCards:
    """The port `KeptCards`, over columns of the payments."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def mark(self, payment_id: PaymentId, card: CardUse, title: str = "") -> None:
        """Record what the payment has to do with a card."""
        marked = update(payments).where(payments.c.id == payment_id)
        await execute(self._connection, marked.values(card=card, card_title=title))

    async def of_user(self, tg_id: TelegramId) -> Payment | None:
        """The payment that has kept the user's card, the newest one."""
        kept = select(payments).where(_is(CardUse.KEPT), payments.c.tg_id == tg_id)
        newest = kept.order_by(*(column.desc() for column in _OLDEST)).limit(1)
        row = await fetch_one(self._connection, newest)
        return payment_from(row) if row is not None else None

    async def forget(self, tg_id: TelegramId) -> None:
        """Every card of the user is forgotten."""
        mine = update(payments).where(_is(CardUse.KEEP, CardUse.KEPT), payments.c.tg_id == tg_id)
        await execute(self._connection, mine.values(card=CardUse.FORGOTTEN, card_title=""))

    async def to_keep(self, after: Payment | None, limit: int) -> tuple[Payment, ...]:
        """Confirmed payments of which it isn't known yet whether they have kept a card."""
        paid = select(payments).where(_is(CardUse.KEEP), payments.c.status == PaymentStatus.CONFIRMED)
        return await self._oldest(paid, after, limit)

    async def charges(self, after: Payment | None, limit: int) -> tuple[Payment, ...]:
        """Charges that are pending or have expired."""
        unfinished = payments.c.status.in_([PaymentStatus.PENDING, PaymentStatus.EXPIRED])
        return await self._oldest(select(payments).where(_is(CardUse.CHARGE), unfinished), after, limit)

    async def renewable(self, now: datetime, after: TelegramId | None, limit: int) -> tuple[TelegramId, ...]:
        """Users with a kept card whose period ends soon, and that wasn't charged for it yet."""
        mine = payments.c.tg_id == users.c.tg_id
        # A scalar, not EXISTS: PostgreSQL would rather begin with all cards that were ever kept.
        card = select(payments.c.id).where(mine, _is(CardUse.KEPT)).limit(1).scalar_subquery()
        is_recent = payments.c.created_at >= now - RENEWED_BEFORE
        was_charged = exists().where(mine, _is(CardUse.CHARGE, CardUse.FAILED), is_recent)
        ends_soon = (users.c.subscription_end > now, users.c.subscription_end <= now + RENEWED_BEFORE)
        due = select(users.c.tg_id).where(*ends_soon, card.is_not(None), ~was_charged)
        if after is not None:
            due = due.where(users.c.tg_id > after)
        # `+ 0`: in the order of the primary key SQLite would read all users instead of those whose period ends soon.
        rows = await fetch_all(self._connection, due.order_by(users.c.tg_id + literal_column("0")).limit(limit))
        return tuple(TelegramId(row["tg_id"]) for row in rows)

    async def _oldest(self, statement: Any, after: Payment | None, limit: int) -> tuple[Payment, ...]:
        if after is not None:
            statement = statement.where(tuple_(*_OLDEST) > (after.created_at, after.id))
        rows = await fetch_all(self._connection, statement.order_by(*_OLDEST).limit(limit))
        return tuple(payment_from(row) for row in rows)


def _is(*uses: CardUse) -> ColumnElement[bool]:
    """One of *uses*, in the words of the partial index."""
    return HAS_CARD & payments.c.card.in_([literal_column(f"'{use}'") for use in uses])

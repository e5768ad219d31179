"""Payments in SQL."""

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.indexes import IS_PENDING
from orbit_adapters.sql.money_columns import base_code, base_money, money_document, money_from_document
from orbit_adapters.sql.query import Row, execute, fetch_all, fetch_one, rowcount
from orbit_adapters.sql.tables import payments, payments_due
from orbit_domain.ids import OrderId, PaymentId, TelegramId
from orbit_domain.payment.payment import Method, NoSuchPayment, Payment, PaymentStatus
from orbit_domain.payment.quote import Quote


class SqlPayments:
    """The port `Payments`. An empty comment is stored as NULL, so it isn't unique."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, payment: Payment) -> None:
        """Record a new request. Raises StorageConflict for a second pending one, or a comment in use."""
        await execute(
            self._connection,
            insert(payments).values(
                id=payment.id,
                tg_id=payment.tg_id,
                method=payment.method,
                amount=payment.amount.units,
                currency=base_code(payment.amount),
                status=payment.status,
                comment=payment.comment or None,
                expected_crypto_amount=payment.quote.due.units,
                quote=_quote_document(payment.quote),
                order_id=payment.order_id,
                created_at=payment.created_at,
                expires_at=payment.expires_at,
                confirmed_at=payment.confirmed_at,
            ),
        )

    async def get(self, payment_id: PaymentId) -> Payment | None:
        """The payment, if it exists."""
        return await self._one(select(payments).where(payments.c.id == payment_id))

    async def lock(self, payment_id: PaymentId) -> Payment:
        """The payment, held until the transaction ends. Raises NoSuchPayment."""
        payment = await self._one(select(payments).where(payments.c.id == payment_id).with_for_update())
        if payment is None:
            raise NoSuchPayment(payment_id)
        return payment

    async def save(self, payment: Payment) -> None:
        """Record the payment's new status. Raises NoSuchPayment."""
        statement = (
            update(payments)
            .where(payments.c.id == payment.id)
            .values(status=payment.status, confirmed_at=payment.confirmed_at)
        )
        if not await rowcount(self._connection, statement):
            raise NoSuchPayment(payment.id)

    async def pending(self, tg_id: TelegramId, method: Method) -> Payment | None:
        """The user's one open request by *method*."""
        mine = select(payments).where(payments.c.tg_id == tg_id, payments.c.method == method, IS_PENDING)
        return await self._one(mine)

    async def by_comment(self, comment: str) -> Payment | None:
        """The payment with this comment."""
        return await self._one(select(payments).where(payments.c.comment == comment))

    async def of_user(self, tg_id: TelegramId, limit: int) -> tuple[Payment, ...]:
        """The user's newest payments."""
        newest = (payments.c.created_at.desc(), payments.c.id.desc())
        statement = select(payments).where(payments.c.tg_id == tg_id).order_by(*newest).limit(limit)
        return tuple(_payment_from(row) for row in await fetch_all(self._connection, statement))

    async def of_order(self, order_id: OrderId) -> tuple[Payment, ...]:
        """Every payment meant for the order, oldest first."""
        meant = select(payments).where(payments.c.order_id == order_id)
        rows = await fetch_all(self._connection, meant.order_by(payments.c.created_at, payments.c.id))
        return tuple(_payment_from(row) for row in rows)

    async def overdue(self, method: Method, deadline: datetime, limit: int) -> tuple[PaymentId, ...]:
        """Pending payments whose window closed before *deadline* and that aren't due already, oldest first."""
        is_due = exists().where(payments_due.c.payment_id == payments.c.id)
        overdue = (payments.c.method == method, payments.c.expires_at < deadline, ~is_due)
        late = select(payments.c.id).where(IS_PENDING, *overdue)
        rows = await fetch_all(self._connection, late.order_by(payments.c.expires_at, payments.c.id).limit(limit))
        return tuple(PaymentId(row["id"]) for row in rows)

    async def comments_since(self, at: datetime, limit: int) -> tuple[str, ...]:
        """Comments of payments made since *at*, newest first."""
        recent = select(payments.c.comment).where(payments.c.created_at >= at, payments.c.comment.is_not(None))
        newest = recent.order_by(payments.c.created_at.desc(), payments.c.id.desc()).limit(limit)
        return tuple(row["comment"] for row in await fetch_all(self._connection, newest))

    async def _one(self, statement: Any) -> Payment | None:
        row = await fetch_one(self._connection, statement)
        return _payment_from(row) if row is not None else None


def _payment_from(row: Row) -> Payment:
    return Payment(
        id=PaymentId(row["id"]),
        tg_id=TelegramId(row["tg_id"]),
        method=Method(row["method"]),
        amount=base_money(row["amount"], row["currency"]),
        quote=_quote_from(row["quote"]),
        comment=row["comment"] or "",
        order_id=None if row["order_id"] is None else OrderId(row["order_id"]),
        status=PaymentStatus(row["status"]),
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        confirmed_at=row["confirmed_at"],
    )


def _quote_document(quote: Quote) -> dict[str, Any]:
    return {
        "price": money_document(quote.price),
        "due": money_document(quote.due),
        "rate": str(quote.rate),
        "evidence": quote.evidence,
        "created_at": quote.created_at,
        "expires_at": quote.expires_at,
    }


def _quote_from(value: Mapping[str, Any]) -> Quote:
    return Quote(
        price=money_from_document(value["price"]),
        due=money_from_document(value["due"]),
        rate=Fraction(value["rate"]),
        evidence=value["evidence"],
        created_at=datetime.fromisoformat(value["created_at"]),
        expires_at=datetime.fromisoformat(value["expires_at"]),
    )

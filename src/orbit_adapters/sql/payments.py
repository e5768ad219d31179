"""Payments in SQL."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import exists, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.indexes import HAS_EXTERNAL_ID, HAS_WISH, IS_PENDING
from orbit_adapters.sql.money_columns import base_code, base_money, money_document, money_from_document
from orbit_adapters.sql.query import Row, execute, fetch_all, fetch_one, rowcount
from orbit_adapters.sql.tables import payments, payments_due
from orbit_domain.ids import OrderId, PaymentId, TelegramId
from orbit_domain.payment.payment import CardUse, Method, NoSuchPayment, Payment, PaymentPolicy, PaymentStatus
from orbit_domain.payment.quote import Quote
from orbit_domain.payment.recurrence import Recurrence, RecurrenceState, RenewalWish


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
                cancelled_at=payment.cancelled_at,
                source=payment.source,
                policy=_policy_document(payment.policy),
                address=payment.address,
                external_id=payment.external_id,
                **_recurrence_columns(payment.recurrence),
                card=payment.card,
                card_title=payment.card_title,
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
        """Record the payment's new status and recurrence. Raises NoSuchPayment."""
        statement = update(payments).where(payments.c.id == payment.id).values(changing_columns(payment))
        if not await rowcount(self._connection, statement):
            raise NoSuchPayment(payment.id)

    async def open(self, payment_id: PaymentId, address: str, external_id: str | None) -> None:
        """Record where it is to be sent, unless that is recorded already. Raises StorageConflict for a name in use."""
        unopened = update(payments).where(payments.c.id == payment_id, payments.c.address == "")
        await execute(self._connection, unopened.values(address=address, external_id=external_id))

    async def pending(self, tg_id: TelegramId, method: Method) -> Payment | None:
        """The user's one open request by *method*."""
        mine = select(payments).where(payments.c.tg_id == tg_id, payments.c.method == method, IS_PENDING)
        return await self._one(mine)

    async def by_comment(self, comment: str) -> Payment | None:
        """The payment with this comment."""
        return await self._one(select(payments).where(payments.c.comment == comment))

    async def by_comments(self, comments: Collection[str]) -> Mapping[str, Payment]:
        """The payments with these comments, by comment."""
        if not comments:
            return {}
        rows = await fetch_all(self._connection, select(payments).where(payments.c.comment.in_(sorted(comments))))
        return {row["comment"]: payment_from(row) for row in rows}

    async def by_external_id(self, method: Method, external_id: str) -> Payment | None:
        """The payment that the provider knows by this name."""
        named = (payments.c.method == method, payments.c.external_id == external_id, HAS_EXTERNAL_ID)
        return await self._one(select(payments).where(*named))

    async def of_user(self, tg_id: TelegramId, limit: int) -> tuple[Payment, ...]:
        """The user's newest payments."""
        newest = (payments.c.created_at.desc(), payments.c.id.desc())
        statement = select(payments).where(payments.c.tg_id == tg_id).order_by(*newest).limit(limit)
        return tuple(payment_from(row) for row in await fetch_all(self._connection, statement))

    async def recurring(self, tg_id: TelegramId) -> tuple[Payment, ...]:
        """The user's payments that have a recurrence, oldest first."""
        theirs = select(payments).where(payments.c.tg_id == tg_id, payments.c.recurrence.is_not(None))
        rows = await fetch_all(self._connection, theirs.order_by(payments.c.created_at, payments.c.id))
        return tuple(payment_from(row) for row in rows)

    async def with_wishes(self, after: Payment | None, limit: int) -> tuple[Payment, ...]:
        """Payments whose recurrence has a wish that the messenger hasn't answered, oldest first."""
        oldest = select(payments).where(HAS_WISH).order_by(payments.c.created_at, payments.c.id).limit(limit)
        if after is not None:
            oldest = oldest.where(tuple_(payments.c.created_at, payments.c.id) > (after.created_at, after.id))
        return tuple(payment_from(row) for row in await fetch_all(self._connection, oldest))

    async def of_order(self, order_id: OrderId) -> tuple[Payment, ...]:
        """Every payment meant for the order, oldest first."""
        meant = select(payments).where(payments.c.order_id == order_id)
        rows = await fetch_all(self._connection, meant.order_by(payments.c.created_at, payments.c.id))
        return tuple(payment_from(row) for row in rows)

    async def overdue(self, source: str, deadline: datetime, limit: int) -> tuple[PaymentId, ...]:
        """Pending payments of *source* whose window closed before *deadline* and that aren't due, oldest first."""
        is_due = exists().where(payments_due.c.payment_id == payments.c.id)
        overdue = (payments.c.source == source, payments.c.expires_at < deadline, ~is_due)
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
        return payment_from(row) if row is not None else None


def payment_from(row: Row) -> Payment:
    """The payment in *row*, which has every column of the table."""
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
        source=row["source"],
        policy=_policy_from(row["policy"]),
        address=row["address"],
        external_id=row["external_id"],
        confirmed_at=row["confirmed_at"],
        cancelled_at=row["cancelled_at"],
        recurrence=_recurrence_from(row),
        card=None if row["card"] is None else CardUse(row["card"]),
        card_title=row["card_title"],
    )


def changing_columns(payment: Payment) -> dict[str, Any]:
    """What `Payments.save` records."""
    return {
        "status": payment.status,
        "confirmed_at": payment.confirmed_at,
        "cancelled_at": payment.cancelled_at,
        **_recurrence_columns(payment.recurrence),
    }


def _recurrence_columns(recurrence: Recurrence | None) -> dict[str, Any]:
    return {
        "recurrence": recurrence.state if recurrence else None,
        "charged_at": recurrence.charged_at if recurrence else None,
        "recurrence_told_at": recurrence.told_at if recurrence else None,
        "recurrence_wish": recurrence.wish if recurrence else None,
    }


def _recurrence_from(row: Row) -> Recurrence | None:
    if row["recurrence"] is None:
        return None
    wish = None if row["recurrence_wish"] is None else RenewalWish(row["recurrence_wish"])
    return Recurrence(RecurrenceState(row["recurrence"]), row["charged_at"], row["recurrence_told_at"], wish)


def _policy_document(policy: PaymentPolicy) -> dict[str, Any]:
    document = {"grace_s": policy.grace // timedelta(seconds=1), "tolerance_bps": policy.tolerance_bps}
    return document | {"repeats": True} if policy.repeats else document


def _policy_from(value: Mapping[str, Any] | None) -> PaymentPolicy:
    if value is None:  # A row that another shop's database brought along.
        return PaymentPolicy()
    return PaymentPolicy(timedelta(seconds=value["grace_s"]), value["tolerance_bps"], value.get("repeats", False))


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

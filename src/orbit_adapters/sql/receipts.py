"""Receipts in SQL."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Text, and_, cast, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.indexes import IS_UNASSIGNED
from orbit_adapters.sql.many_rows import insert_new, insert_rows
from orbit_adapters.sql.query import Row, fetch_all, fetch_one
from orbit_adapters.sql.reversals import is_returned_whole
from orbit_adapters.sql.tables import ledger_entries, receipts
from orbit_domain.ids import PaymentId, TelegramId
from orbit_domain.ledger.ledger import EntryKind
from orbit_domain.money import Currency, Money
from orbit_domain.payment.receipt import MemoResult, Receipt

RECEIPT_REF = receipts.c.source + "|" + receipts.c.external_id
"""The receipt's reference in the ledger, equal to `Receipt.ref`."""

_NAME = ("source", "external_id")
_IN_ORDER = (receipts.c.occurred_at, receipts.c.external_id, receipts.c.source)
# Amounts are text in SQLite: a longer one is larger, and of the same length their order is that of the digits.
_DIGITS = cast(receipts.c.units, Text)
_LARGEST_FIRST = (func.length(_DIGITS).desc(), _DIGITS.desc(), *(column.desc() for column in _IN_ORDER))


class SqlReceipts:
    """The port `Receipts`. Append-only: the database refuses changes."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, receipt: Receipt) -> bool:
        """Record *receipt* unless it is recorded."""
        rows = [_row(receipt)]
        return bool(await insert_new(self._connection, receipts, rows, unless=_NAME, returning=_NAME))

    async def add_all(self, receipts: Sequence[Receipt]) -> None:
        """Record each unless it is recorded."""
        await _add_all(self._connection, [_row(receipt) for receipt in receipts])

    async def get(self, source: str, external_id: str) -> Receipt | None:
        """The receipt of that key."""
        statement = select(receipts).where(receipts.c.source == source, receipts.c.external_id == external_id)
        row = await fetch_one(self._connection, statement)
        return receipt_from(row) if row is not None else None

    async def of_payment(self, payment_id: PaymentId) -> tuple[Receipt, ...]:
        """The payment's receipts, in order of arrival."""
        statement = select(receipts).where(receipts.c.payment_id == payment_id).order_by(*_IN_ORDER)
        return tuple(receipt_from(row) for row in await fetch_all(self._connection, statement))

    async def of_user(self, tg_id: TelegramId, limit: int) -> tuple[Receipt, ...]:
        """The user's newest receipts."""
        newest = [column.desc() for column in _IN_ORDER]
        statement = select(receipts).where(receipts.c.tg_id == tg_id).order_by(*newest).limit(limit)
        return tuple(receipt_from(row) for row in await fetch_all(self._connection, statement))

    async def unmatched(self, limit: int) -> tuple[Receipt, ...]:
        """Receipts without a user and without a credit, the largest first, of the same size the newest."""
        credit = exists().where(and_(ledger_entries.c.kind == EntryKind.CREDIT, ledger_entries.c.ref == RECEIPT_REF))
        statement = (
            select(receipts).where(IS_UNASSIGNED, ~credit, ~is_returned_whole()).order_by(*_LARGEST_FIRST).limit(limit)
        )
        return tuple(receipt_from(row) for row in await fetch_all(self._connection, statement))


async def _add_all(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    await insert_rows(connection, receipts, rows, unless=_NAME)


def _row(receipt: Receipt) -> dict[str, Any]:
    return {
        "source": receipt.source,
        "external_id": receipt.external_id,
        "method": receipt.method,
        "asset": receipt.amount.currency.code,
        "decimals": receipt.amount.currency.decimals,
        "units": receipt.amount.units,
        "tg_id": receipt.tg_id,
        "payment_id": receipt.payment_id,
        "memo_result": receipt.memo_result,
        "comment": receipt.comment,
        "occurred_at": receipt.occurred_at,
        "seen_at": receipt.seen_at,
    }


def receipt_from(row: Row) -> Receipt:
    """A row of `receipts`."""
    return Receipt(
        source=row["source"],
        external_id=row["external_id"],
        method=row["method"],
        amount=Money(row["units"], Currency(row["asset"], row["decimals"])),
        tg_id=None if row["tg_id"] is None else TelegramId(row["tg_id"]),
        payment_id=None if row["payment_id"] is None else PaymentId(row["payment_id"]),
        memo_result=MemoResult(row["memo_result"]),
        comment=row["comment"],
        occurred_at=row["occurred_at"],
        seen_at=row["seen_at"],
    )

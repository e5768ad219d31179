"""Transfers and cursors in SQL."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.query import Row, dialect_insert, fetch_all, fetch_one, rowcount
from orbit_adapters.sql.tables import cursors, ton_transactions
from orbit_domain.money import Currency
from orbit_domain.payment.repository import HashConflict
from orbit_domain.payment.transfer import Comment, CommentKind, Cursor, Transfer, TransferClass

_log = ton_transactions.c
_IN_ORDER = (_log.lt, _log.network, _log.account)


class SqlTransfers:
    """The port `Transfers`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, transfer: Transfer, seen_at: datetime) -> bool:
        """Record *transfer* unless it is recorded. Raises HashConflict."""
        insert = dialect_insert(self._connection, ton_transactions).values(
            {
                "network": transfer.network,
                "account": transfer.account,
                "lt": transfer.lt,
                "tx_hash": transfer.tx_hash,
                "prev_lt": transfer.prev_lt,
                "prev_hash": transfer.prev_hash,
                "asset": transfer.asset.code,
                "decimals": transfer.asset.decimals,
                "amount": transfer.amount_units,
                "sender": transfer.sender,
                "comment_kind": transfer.comment.kind,
                "comment": transfer.comment.text,
                "class": transfer.kind,
                "occurred_at": transfer.occurred_at,
                "raw": transfer.raw,
                "created_at": seen_at,
                # The receipt is booked in the same transaction, so that no row of the log waits.
                "processed_at": seen_at,
            }
        )
        insert = insert.on_conflict_do_nothing(index_elements=["network", "account", "lt"]).returning(_log.lt)
        if await fetch_one(self._connection, insert) is not None:
            return True
        known = await fetch_one(self._connection, select(_log.tx_hash).where(_is_at(transfer)))
        if known is None or known["tx_hash"] != transfer.tx_hash:
            raise HashConflict(f"{transfer.reference} has two hashes")
        return False

    async def newest(self, limit: int) -> tuple[Transfer, ...]:
        """The newest rows by logical time."""
        newest = [column.desc() for column in _IN_ORDER]
        statement = select(ton_transactions).order_by(*newest).limit(limit)
        return tuple(_transfer_from(row) for row in await fetch_all(self._connection, statement))


class SqlCursors:
    """The port `Cursors`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, source: str) -> Cursor | None:
        """The cursor of *source*."""
        row = await fetch_one(self._connection, select(cursors).where(cursors.c.source == source))
        return Cursor(row["source"], row["lt"], row["hash"], row["watermark"]) if row is not None else None

    async def move(self, old: Cursor | None, new: Cursor) -> bool:
        """Compare and set in one statement. Raises ValueError when the two are of different sources."""
        if old is None:
            insert = dialect_insert(self._connection, cursors).values(
                source=new.source, lt=new.lt, hash=new.tx_hash, watermark=new.watermark
            )
            insert = insert.on_conflict_do_nothing(index_elements=["source"]).returning(cursors.c.source)
            return await fetch_one(self._connection, insert) is not None
        if old.source != new.source:
            raise ValueError("a cursor stays with its source")
        unmoved = (
            cursors.c.source == old.source,
            cursors.c.lt == old.lt,
            cursors.c.hash == old.tx_hash,
            cursors.c.watermark.is_not_distinct_from(old.watermark),
        )
        statement = update(cursors).where(*unmoved).values(lt=new.lt, hash=new.tx_hash, watermark=new.watermark)
        return await rowcount(self._connection, statement) == 1


def _is_at(transfer: Transfer) -> ColumnElement[bool]:
    return and_(_log.network == transfer.network, _log.account == transfer.account, _log.lt == transfer.lt)


def _transfer_from(row: Row) -> Transfer:
    return Transfer(
        network=row["network"],
        account=row["account"],
        lt=row["lt"],
        tx_hash=row["tx_hash"],
        prev_lt=row["prev_lt"],
        prev_hash=row["prev_hash"],
        asset=Currency(row["asset"], row["decimals"]),
        amount_units=row["amount"],
        sender=row["sender"],
        comment=Comment(CommentKind(row["comment_kind"]), row["comment"]),
        kind=TransferClass(row["class"]),
        occurred_at=row["occurred_at"],
        raw=row["raw"],
    )

"""Source records, cursors and rates in SQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, UnaryExpression, and_, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.indexes import IS_REVERSAL
from orbit_adapters.sql.many_rows import insert_new
from orbit_adapters.sql.query import Row, dialect_insert, execute, fetch_all, fetch_one, rowcount
from orbit_adapters.sql.receipts import RECEIPT_REF
from orbit_adapters.sql.reversals import BY_PLACE, is_unbooked_reversal
from orbit_adapters.sql.source_tables import cursors, rates, source_records
from orbit_adapters.sql.tables import receipts
from orbit_adapters.sql.types import storable
from orbit_domain.ids import PaymentId
from orbit_domain.money import Currency, Money
from orbit_domain.payment.ports import Rate
from orbit_domain.payment.repository import DigestConflict
from orbit_domain.payment.source import Cursor
from orbit_domain.payment.source_record import Comment, CommentKind, Meaning, ReceiptKey, SourceRecord

_log = source_records.c
_RATES_AT_ONCE = 500
_NAME = ("source", "external_id")
_IN_ORDER = (_log.occurred_at, _log.external_id)


class SqlSourceRecords:
    """The port `SourceRecords`. Append-only: the database lets only an old `raw` go (`old_data`)."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, record: SourceRecord, seen_at: datetime) -> bool:
        """Record it unless it is recorded. Raises DigestConflict."""
        return bool(await self.add_all([record], seen_at))

    async def add_all(self, records: Sequence[SourceRecord], seen_at: datetime) -> tuple[SourceRecord, ...]:
        """Record each, and return those that are new. Raises DigestConflict."""
        if not records:
            return ()
        rows = {_key(one): one for one in records}
        added = await insert_new(
            self._connection,
            source_records,
            [_row(one, seen_at) for one in records],
            unless=_NAME,
            returning=(*_NAME, "digest"),
        )
        recorded = {(row["source"], row["external_id"]): row["digest"] for row in added}
        # One that is twice in the batch is new once.
        new = tuple(one for key, one in rows.items() if key in recorded)
        if older := rows.keys() - recorded.keys():
            same = tuple_(_log.source, _log.external_id).in_(sorted(older))
            statement = select(_log.source, _log.external_id, _log.digest).where(same)
            for row in await fetch_all(self._connection, statement):
                recorded[row["source"], row["external_id"]] = row["digest"]
        for record in records:
            if recorded.get(_key(record)) != record.digest:
                raise DigestConflict(f"{record.ref} has two digests")
        return new

    async def newest(self, source: str, limit: int) -> tuple[SourceRecord, ...]:
        """The newest records of *source*."""
        newest = [column.desc() for column in _IN_ORDER]
        statement = select(source_records).where(_log.source == source).order_by(*newest).limit(limit)
        return tuple(record_from(row) for row in await fetch_all(self._connection, statement))

    async def of_ids(self, source: str, external_ids: Sequence[str]) -> tuple[SourceRecord, ...]:
        """The records of *source* with these external ids."""
        statement = select(source_records).where(_log.source == source, _log.external_id.in_(external_ids))
        return tuple(record_from(row) for row in await fetch_all(self._connection, statement))

    async def reversals_of(self, receipt: ReceiptKey) -> tuple[SourceRecord, ...]:
        """The records that took something of *receipt* back."""
        same = (
            IS_REVERSAL,
            _log.reverses_source == storable(receipt.source),
            _log.reverses_id == storable(receipt.external_id),
        )
        statement = select(source_records).where(*same).order_by(*BY_PLACE)
        return tuple(record_from(row) for row in await fetch_all(self._connection, statement))

    async def unbooked_reversals(self, after: SourceRecord | None, limit: int) -> tuple[SourceRecord, ...]:
        """Reversals of known receipts without an entry."""
        statement = select(source_records).where(is_unbooked_reversal()).order_by(*BY_PLACE).limit(limit)
        if after is not None:
            name = tuple_(_log.source, _log.external_id) > tuple_(storable(after.source), storable(after.external_id))
            later = or_(_log.occurred_at > after.occurred_at, and_(_log.occurred_at == after.occurred_at, name))
            statement = statement.where(later)
        return tuple(record_from(row) for row in await fetch_all(self._connection, statement))


class SqlCursors:
    """The port `Cursors`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, source: str) -> Cursor | None:
        """The cursor of *source*."""
        row = await fetch_one(self._connection, select(cursors).where(cursors.c.source == source))
        return _cursor_from(row) if row is not None else None

    async def all(self) -> tuple[Cursor, ...]:
        """Every cursor, by the name of its source."""
        rows = await fetch_all(self._connection, select(cursors).order_by(cursors.c.source))
        return tuple(_cursor_from(row) for row in rows)

    async def lock(self, source: str) -> None:
        """Hold the row until the transaction ends."""
        await fetch_one(self._connection, select(cursors.c.source).where(cursors.c.source == source).with_for_update())

    async def move(self, old: Cursor | None, new: Cursor) -> bool:
        """Compare and set in one statement. Raises ValueError when the two are of different sources."""
        if old is None:
            insert = dialect_insert(self._connection, cursors).values(
                source=new.source, position=new.position, watermark=new.watermark
            )
            insert = insert.on_conflict_do_nothing(index_elements=["source"]).returning(cursors.c.source)
            return await fetch_one(self._connection, insert) is not None
        if old.source != new.source:
            raise ValueError("a cursor stays with its source")
        unmoved = (
            cursors.c.source == old.source,
            cursors.c.position == old.position,
            cursors.c.watermark.is_not_distinct_from(old.watermark),
        )
        statement = update(cursors).where(*unmoved).values(position=new.position, watermark=new.watermark)
        return await rowcount(self._connection, statement) == 1


class SqlRateHistory:
    """The port `RateHistory`. Append-only: the database refuses changes."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, asset: Currency, base: Currency, rate: Rate) -> None:
        """Record *rate* unless one of that instant is recorded."""
        insert = dialect_insert(self._connection, rates).values(
            asset=asset.code, base=base.code, at=rate.at, value=str(rate.value), evidence=rate.evidence
        )
        await execute(self._connection, insert.on_conflict_do_nothing(index_elements=["asset", "base", "at"]))

    async def newest(self, asset: Currency, base: Currency) -> Rate | None:
        """The rate that was recorded last."""
        statement = select(rates).where(rates.c.asset == asset.code, rates.c.base == base.code)
        row = await fetch_one(self._connection, statement.order_by(rates.c.at.desc()).limit(1))
        return _rate_from(row) if row is not None else None

    async def of_time(self, asset: Currency, base: Currency, at: datetime, max_age: timedelta) -> Rate | None:
        """The newest rate not later than *at* and not older than *max_age*, otherwise the first one after it."""
        ours = select(rates).where(rates.c.asset == asset.code, rates.c.base == base.code)
        before = ours.where(rates.c.at >= at - max_age, rates.c.at <= at).order_by(rates.c.at.desc()).limit(1)
        after = ours.where(rates.c.at > at).order_by(rates.c.at).limit(1)
        row = await fetch_one(self._connection, before) or await fetch_one(self._connection, after)
        return _rate_from(row) if row is not None else None

    async def of_payment(self, payment_id: PaymentId, base: Currency, max_age: timedelta) -> Mapping[str, Rate]:
        """The rate of each receipt's own time, by its `ref`: two statements, however many receipts there are."""
        before = _nearest(base, rates.c.at <= receipts.c.occurred_at, rates.c.at.desc())
        after = _nearest(base, rates.c.at > receipts.c.occurred_at, rates.c.at.asc())
        times = select(
            RECEIPT_REF.label("ref"),
            receipts.c.asset,
            receipts.c.occurred_at,
            before.label("before"),
            after.label("after"),
        ).where(receipts.c.payment_id == payment_id)
        chosen = {}
        for row in await fetch_all(self._connection, times):
            is_fresh = row["before"] is not None and row["occurred_at"] - row["before"] <= max_age
            at = row["before"] if is_fresh else row["after"]
            if at is not None:
                chosen[row["ref"]] = (row["asset"], at)
        recorded = await self._recorded(base, set(chosen.values()))
        return {ref: recorded[key] for ref, key in chosen.items()}

    async def _recorded(self, base: Currency, keys: set[tuple[str, datetime]]) -> dict[tuple[str, datetime], Rate]:
        """The rates of those assets and instants."""
        found = {}
        for start in range(0, len(keys), _RATES_AT_ONCE):
            part = sorted(keys)[start : start + _RATES_AT_ONCE]
            wanted = (rates.c.base == base.code, tuple_(rates.c.asset, rates.c.at).in_(part))
            for row in await fetch_all(self._connection, select(rates).where(*wanted)):
                found[row["asset"], row["at"]] = _rate_from(row)
        return found


def _nearest(base: Currency, where: ColumnElement[bool], order: UnaryExpression[Any]) -> ScalarSelect[Any]:
    """When the rate was recorded that stands nearest to a receipt on one side."""
    ours = (rates.c.asset == receipts.c.asset, rates.c.base == base.code, where)
    return select(rates.c.at).where(*ours).order_by(order).limit(1).correlate(receipts).scalar_subquery()


def _key(record: SourceRecord) -> tuple[str, str]:
    return storable(record.source), storable(record.external_id)


def _row(record: SourceRecord, seen_at: datetime) -> dict[str, Any]:
    return {
        "source": record.source,
        "external_id": record.external_id,
        "digest": record.digest,
        "position": record.position,
        "asset": record.amount.currency.code,
        "decimals": record.amount.currency.decimals,
        "units": record.amount.units,
        "moved": record.moved,
        "kind": record.kind,
        "meaning": record.meaning,
        "sender": record.sender,
        "comment_kind": record.comment.kind,
        "comment": record.comment.text,
        "invoice_id": record.invoice_id,
        "occurred_at": record.occurred_at,
        "raw": record.raw,
        "seen_at": seen_at,
        "reverses_source": None if record.reverses is None else record.reverses.source,
        "reverses_id": None if record.reverses is None else record.reverses.external_id,
    }


def record_from(row: Row) -> SourceRecord:
    """A row of `source_records`."""
    return SourceRecord(
        source=row["source"],
        external_id=row["external_id"],
        digest=row["digest"],
        position=row["position"],
        amount=Money(row["units"], Currency(row["asset"], row["decimals"])),
        kind=row["kind"],
        meaning=Meaning(row["meaning"]),
        sender=row["sender"],
        comment=Comment(CommentKind(row["comment_kind"]), row["comment"]),
        occurred_at=row["occurred_at"],
        raw=row["raw"],
        invoice_id=row["invoice_id"],
        reverses=None if row["reverses_id"] is None else ReceiptKey(row["reverses_source"], row["reverses_id"]),
    )


def _cursor_from(row: Row) -> Cursor:
    return Cursor(row["source"], row["position"], row["watermark"])


def _rate_from(row: Row) -> Rate:
    return Rate(Fraction(row["value"]), row["evidence"], row["at"])

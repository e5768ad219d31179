"""Source records, cursors and rates in memory."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice

from orbit_adapters.memory.reversals import is_unbooked_reversal
from orbit_adapters.memory.storable_text import sanitized, storable
from orbit_adapters.memory.tables import Session
from orbit_domain.ids import PaymentId
from orbit_domain.money import Currency
from orbit_domain.payment.ports import Rate
from orbit_domain.payment.repository import DigestConflict
from orbit_domain.payment.source import Cursor
from orbit_domain.payment.source_record import ReceiptKey, SourceRecord


class MemorySourceRecords:
    """The port `SourceRecords`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, record: SourceRecord, seen_at: datetime) -> bool:
        """Record it unless it is recorded. Raises DigestConflict."""
        record = sanitized(record)
        tables = self._session.tables
        key = (record.source, record.external_id)
        known = tables.source_records.get(key)
        if known is not None:
            if known.digest != record.digest:
                raise DigestConflict(f"{record.ref} has two digests")
            return False
        tables.source_records[key] = record
        tables.records_seen_at[key] = seen_at
        if record.reverses is not None:
            tables.reversals.append((record.reverses.source, record.reverses.external_id), key)
            tables.reversal_records[key] = None
        return True

    async def add_all(self, records: Sequence[SourceRecord], seen_at: datetime) -> tuple[SourceRecord, ...]:
        """Record each, and return those that are new. Raises DigestConflict."""
        return tuple([record for record in records if await self.add(record, seen_at)])

    async def newest(self, source: str, limit: int) -> tuple[SourceRecord, ...]:
        """The newest records of *source*."""
        tables = self._session.tables
        mine = [record for record in tables.source_records.values() if record.source == storable(source)]
        mine.sort(key=lambda record: (record.occurred_at, record.external_id), reverse=True)
        return tuple(mine[:limit])

    async def of_ids(self, source: str, external_ids: Sequence[str]) -> tuple[SourceRecord, ...]:
        """The records of *source* with these external ids."""
        keys = dict.fromkeys((storable(source), storable(external_id)) for external_id in external_ids)
        found = (self._session.tables.source_records.get(key) for key in keys)
        return tuple(record for record in found if record is not None)

    async def reversals_of(self, receipt: ReceiptKey) -> tuple[SourceRecord, ...]:
        """The records that took something of *receipt* back."""
        tables, key = self._session.tables, sanitized(receipt)
        names = tables.reversals.of((key.source, key.external_id))
        return tuple(sorted((tables.source_records[name] for name in names), key=_place))

    async def unbooked_reversals(self, after: SourceRecord | None, limit: int) -> tuple[SourceRecord, ...]:
        """Reversals of known receipts without an entry."""
        behind: tuple[object, ...] = () if after is None else _place(sanitized(after))
        tables = self._session.tables
        reversals = sorted((tables.source_records[name] for name in tables.reversal_records), key=_place)
        found = (one for one in reversals if _place(one) > behind and is_unbooked_reversal(tables, one))
        return tuple(islice(found, limit))


def _place(record: SourceRecord) -> tuple[datetime, str, str]:
    return (record.occurred_at, record.source, record.external_id)


class MemoryCursors:
    """The port `Cursors`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, source: str) -> Cursor | None:
        """The cursor of *source*."""
        return self._session.tables.cursors.get(storable(source))

    async def all(self) -> tuple[Cursor, ...]:
        """Every cursor, by the name of its source."""
        return tuple(sorted(self._session.tables.cursors.values(), key=lambda cursor: cursor.source))

    async def lock(self, source: str) -> None:
        """One transaction at a time: nothing is to be done."""

    async def move(self, old: Cursor | None, new: Cursor) -> bool:
        """Compare and set. Raises ValueError when the two are of different sources."""
        if old is not None and old.source != new.source:
            raise ValueError("a cursor stays with its source")
        cursors = self._session.tables.cursors
        new = sanitized(new)
        if cursors.get(new.source) != (None if old is None else sanitized(old)):
            return False
        cursors[new.source] = new
        return True


class MemoryRateHistory:
    """The port `RateHistory`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, asset: Currency, base: Currency, rate: Rate) -> None:
        """Record *rate* unless one of that instant is recorded."""
        rates = self._session.tables.rates
        key = (asset.code, base.code, rate.at)
        if key not in rates:
            rates[key] = sanitized(rate)

    async def newest(self, asset: Currency, base: Currency) -> Rate | None:
        """The rate that was recorded last."""
        return max(self._of(asset, base), key=lambda rate: rate.at, default=None)

    async def of_time(self, asset: Currency, base: Currency, at: datetime, max_age: timedelta) -> Rate | None:
        """The newest rate not later than *at* and not older than *max_age*, otherwise the first one after it."""
        recorded = sorted(self._of(asset, base), key=lambda rate: rate.at)
        before = [rate for rate in recorded if at - max_age <= rate.at <= at]
        after = [rate for rate in recorded if rate.at > at]
        return before[-1] if before else after[0] if after else None

    async def of_payment(self, payment_id: PaymentId, base: Currency, max_age: timedelta) -> Mapping[str, Rate]:
        """The rate of each receipt's own time, by its `ref`."""
        tables = self._session.tables
        receipts = [tables.receipts[key] for key in tables.receipts_of_payment.of(payment_id)]
        found = {one.ref: await self.of_time(one.amount.currency, base, one.occurred_at, max_age) for one in receipts}
        return {ref: rate for ref, rate in found.items() if rate is not None}

    def _of(self, asset: Currency, base: Currency) -> list[Rate]:
        rates = self._session.tables.rates
        return [rate for (of, in_base, _), rate in rates.items() if (of, in_base) == (asset.code, base.code)]

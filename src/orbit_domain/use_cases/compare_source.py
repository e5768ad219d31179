"""Compare what a source shows with what is recorded of it."""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from orbit_domain.bookkeeping.difference import ChangedRecord, UnrecordedMoney, VanishedRecord, unrecorded, vanished
from orbit_domain.bookkeeping.difference import changed as difference_of
from orbit_domain.bookkeeping.reading_again import read_to_the_end
from orbit_domain.payment.source import Cursor, ReceiptSource
from orbit_domain.payment.source_record import SourceRecord
from orbit_domain.storage import Storage, Transaction, transact

_INSTANT = timedelta(microseconds=1)
_JOINS_LATE = timedelta(days=1)
"""A row may stand later in a list than its time says. So reading begins this much before the period."""


@dataclass(slots=True)
class SourceComparison:
    """How many records of the period were shown, and what differs. `unread` ones are shown and wait to be read."""

    shown: int = 0
    unread: int = 0
    differences: list[UnrecordedMoney | ChangedRecord | VanishedRecord] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class CompareSource:
    """Read *source* again over [since, until) and compare; nothing is changed, and the shop may read meanwhile.

    What is older than the shop's first record isn't its own. Nothing is believed at the first look: what isn't
    recorded may be waiting to be read, and what isn't shown is looked for again. Only the names of the period's
    records are kept, and those that seem to differ.

    Raises SourceUnavailable, NotProved: then nothing is known.
    """

    storage: Storage
    page_size: int = 500

    async def __call__(self, source: ReceiptSource, since: datetime, until: datetime) -> SourceComparison:
        comparison = SourceComparison()
        first = await transact(self.storage, lambda tx: tx.comparisons.first_record(source.name))
        if first is not None:
            # Reading begins behind the first one, so nothing is known of it, nor of others of its instant.
            period = max(since, first.occurred_at + _INSTANT), until
            before = period[0] - _JOINS_LATE
            last = await transact(self.storage, lambda tx: tx.comparisons.last_record_before(source.name, before))
            begin = Cursor(source.name, (last or first).position)
            seen, missing = await self._look(source, begin, period, comparison)
            comparison.differences += await self._unrecorded(source, missing, comparison)
            comparison.differences += await self._vanished(source, begin, period, seen)
        return comparison

    async def _look(
        self, source: ReceiptSource, begin: Cursor, period: tuple[datetime, datetime], comparison: SourceComparison
    ) -> tuple[set[str], dict[str, SourceRecord]]:
        """The names of everything that is shown, and what of the period isn't recorded."""
        seen: set[str] = set()
        missing: dict[str, SourceRecord] = {}
        async for batch in read_to_the_end(source, begin):
            # A list that has grown in its middle is read again from before the shop's time: that isn't ours.
            new = {one.external_id: one for one in batch if one.external_id not in seen}
            seen.update(new)
            within = [one for one in new.values() if period[0] <= one.occurred_at < period[1]]
            recorded = await self._recorded(source, [one.external_id for one in within])
            comparison.shown += len(within)
            for one in within:
                known = recorded.get(one.external_id)
                difference = difference_of(one, known) if known else None
                if known is None:
                    missing[one.external_id] = one
                elif difference is not None:
                    comparison.differences.append(difference)
        return seen, missing

    async def _unrecorded(
        self, source: ReceiptSource, missing: dict[str, SourceRecord], comparison: SourceComparison
    ) -> list[UnrecordedMoney]:
        """Those of *missing* that were read past. What is behind the cursor now is only waiting."""
        if not missing:
            return []
        cursor = await transact(self.storage, lambda tx: tx.cursors.get(source.name))
        if cursor is not None:
            async for batch in read_to_the_end(source, replace(cursor, watermark=None)):
                for one in batch:
                    comparison.unread += missing.pop(one.external_id, None) is not None
        recorded = await self._recorded(source, list(missing))
        return [unrecorded(one) for name, one in missing.items() if name not in recorded]

    async def _vanished(
        self, source: ReceiptSource, begin: Cursor, period: tuple[datetime, datetime], seen: Collection[str]
    ) -> list[VanishedRecord]:
        """What is recorded, and isn't shown the second time either: it may have been recorded meanwhile."""
        absent = {
            one.external_id: one
            async for page in self._pages(source, period)
            for one in page
            if one.external_id not in seen
        }
        if absent:
            async for batch in read_to_the_end(source, begin):
                for shown in batch:
                    absent.pop(shown.external_id, None)
        return [vanished(one) for one in absent.values()]

    async def _pages(
        self, source: ReceiptSource, period: tuple[datetime, datetime]
    ) -> AsyncIterator[tuple[SourceRecord, ...]]:
        after: SourceRecord | None = None
        while True:

            async def page(tx: Transaction, after: SourceRecord | None = after) -> tuple[SourceRecord, ...]:
                return await tx.comparisons.records(source.name, *period, after, self.page_size)

            records = await transact(self.storage, page)
            yield records
            if len(records) < self.page_size:
                return
            after = records[-1]

    async def _recorded(self, source: ReceiptSource, names: Sequence[str]) -> dict[str, SourceRecord]:
        found: dict[str, SourceRecord] = {}
        for start in range(0, len(names), self.page_size):
            some = names[start : start + self.page_size]
            async with self.storage.transaction() as tx:
                for one in await tx.source_records.of_ids(source.name, some):
                    found[one.external_id] = one
        return found

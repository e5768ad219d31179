"""Read every source on from its cursor, and book every arrival once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.ledger.wallet_entries import wallet_opened
from orbit_domain.notice.notice import Notice, ScanStopped
from orbit_domain.notice.reader_notices import ReaderChanged
from orbit_domain.payment.claim import RECORDED_NAMES, TransferNames
from orbit_domain.payment.repository import DigestConflict
from orbit_domain.payment.source import (
    AccountSource,
    Batch,
    Cursor,
    ReceiptSource,
    ReceiptSources,
    SourceAlarm,
    SourceUnavailable,
)
from orbit_domain.payment.source_record import SourceRecord
from orbit_domain.steps.book_receipt import UnmatchedAlert, book_records
from orbit_domain.steps.notify import notify
from orbit_domain.storage import Storage

_WORTH_TELLING = frozenset(
    {SourceAlarm.HOLE, SourceAlarm.ANCHOR_MISSING, SourceAlarm.HASH_CONFLICT, SourceAlarm.TIME_AHEAD}
)


@dataclass(frozen=True, slots=True)
class ReadReport:
    """What one reading brought: how many new records, whether more are waiting, and what was wrong.

    `unavailable`: why each source that could not be read couldn't be.
    """

    recorded: int
    complete: bool
    alarm: SourceAlarm | None = None
    unavailable: tuple[str, ...] = ()

    @property
    def reads_on(self) -> bool:
        """Whether more records are waiting, and can be read."""
        return not self.complete and self.alarm is None


@dataclass(frozen=True, slots=True)
class ReadReceipts:
    """Records, receipts, ledger entries and the cursor that covers them are recorded together, a few at a time.

    A source that was ever read is read for ever: money may still arrive at an account that was replaced.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    sources: ReceiptSources
    owner: TelegramId | None
    transfer_names: TransferNames = RECORDED_NAMES
    # One transaction holds the database for a moment only, however long the batch is.
    rows_at_once: int = 50

    async def __call__(self) -> ReadReport:
        """One batch of every source: one that is down holds up no other. Raises SourceUnavailable when all are."""
        async with self.storage.transaction() as tx:
            cursors = {cursor.source: cursor for cursor in await tx.cursors.all()}
        ours = {source.name: source for source in self.sources.all()}
        older = [source for name in cursors if name not in ours and (source := self.sources.get(name)) is not None]
        every = (*ours.values(), *older)
        names = frozenset(cursors).union(ours)
        reports = []
        unavailable = []
        for source in every:
            # Coins that go from a wallet that was replaced to its successor are no customer's.
            knowing = source.beside(names) if isinstance(source, AccountSource) else source
            try:
                # If another worker has moved the cursor meanwhile, it has read for us.
                reports.append(await self._read(knowing, cursors.get(source.name)))
            except SourceUnavailable as error:
                unavailable.append(f"{source.name}: {error}")
        if unavailable and not reports:
            raise SourceUnavailable("; ".join(unavailable))
        return _together(reports, tuple(unavailable))

    async def _read(self, source: ReceiptSource, cursor: Cursor | None) -> ReadReport:
        if cursor is None:
            cursor = await self._begin(source)
        batch = await source.read(cursor)
        try:
            recorded = await self._record(source, cursor, batch)
        except DigestConflict:
            await self._tell(ScanStopped(source.name, SourceAlarm.HASH_CONFLICT, position=batch.cursor.position))
            return ReadReport(0, complete=False, alarm=SourceAlarm.HASH_CONFLICT)
        if batch.alarm in _WORTH_TELLING:
            await self._tell(ScanStopped(source.name, batch.alarm, position=batch.cursor.position))
        if (change := batch.reader_change) is not None:
            await self._tell(ReaderChanged(source.name, change.reader, change.down_at, change.is_back))
        return ReadReport(recorded, batch.complete, batch.alarm)

    async def _begin(self, source: ReceiptSource) -> Cursor:
        """Begin after the older history, before the first payment is requested: no customer's money is in it.

        What an account holds already is booked, so that the ledger says what it holds from here on.
        """
        newest = await source.newest()
        held = await source.balance(newest) if isinstance(source, AccountSource) else None
        async with self.storage.transaction() as tx:
            is_first = await tx.cursors.move(None, newest)
            if is_first and held is not None and not held.is_zero:
                await tx.ledger.post(wallet_opened(source.name, source.method, held, self.clock.now()))
            return await tx.cursors.get(source.name) or newest

    async def _record(self, source: ReceiptSource, cursor: Cursor, batch: Batch) -> int:
        recorded = 0
        alert = UnmatchedAlert(self.ids, self.owner, source.dust_units, self.transfer_names)
        for records, reached in _steps(cursor, batch, self.rows_at_once):
            async with self.storage.transaction() as tx:
                now = self.clock.now()
                reached = _not_beyond(reached, now)
                if reached != cursor and not await tx.cursors.move(cursor, reached):
                    return recorded  # Another worker has read these records; ours are a second copy of them.
                recorded += await book_records(tx, records, source.method, alert, now)
            cursor = reached
        return recorded

    async def _tell(self, notice: Notice) -> None:
        if self.owner is None:
            return
        async with self.storage.transaction() as tx:
            await notify(tx, self.ids, self.owner, notice, self.clock.now())


def _steps(cursor: Cursor, batch: Batch, size: int) -> Iterator[tuple[Sequence[SourceRecord], Cursor]]:
    """The records of *batch* a few at a time, each with the cursor behind them; the last one brings the watermark."""
    records = batch.records
    for begin in range(0, len(records) - size, size):
        part = records[begin : begin + size]
        yield part, replace(cursor, position=part[-1].position)
    yield records[(max(len(records) - 1, 0) // size) * size :], batch.cursor


def _not_beyond(cursor: Cursor, now: datetime) -> Cursor:
    """*cursor* with a watermark that isn't later than *now*: a source that lies about time closes no payment."""
    if cursor.watermark is None or cursor.watermark <= now:
        return cursor
    return replace(cursor, watermark=now)


def _together(reports: Sequence[ReadReport], unavailable: tuple[str, ...]) -> ReadReport:
    """More is waiting while any source that can be read has more."""
    alarm = next((report.alarm for report in reports if report.alarm), None)
    more = any(report.reads_on for report in reports)
    return ReadReport(
        sum(report.recorded for report in reports),
        complete=not more and all(report.complete for report in reports),
        alarm=None if more else alarm,
        unavailable=unavailable,
    )

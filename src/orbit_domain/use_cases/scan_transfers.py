"""Read a chain on from the cursor, and book every arrival once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, PaymentId, TelegramId
from orbit_domain.money import Money
from orbit_domain.notice.notice import ScanStopped
from orbit_domain.payment.payment import Method
from orbit_domain.payment.ports import Chain
from orbit_domain.payment.receipt import MemoResult, Receipt
from orbit_domain.payment.repository import HashConflict
from orbit_domain.payment.transfer import Cursor, Scan, ScanAlarm, Transfer, TransferClass
from orbit_domain.steps.book_receipt import UnmatchedAlert, book_receipt, book_unmatched
from orbit_domain.steps.notify import notify
from orbit_domain.storage import Storage, Transaction

_WORTH_TELLING = frozenset({ScanAlarm.HOLE, ScanAlarm.ANCHOR_MISSING, ScanAlarm.HASH_CONFLICT, ScanAlarm.TIME_AHEAD})


@dataclass(frozen=True, slots=True)
class ScanReport:
    """What one scan brought: how many new rows, whether more are waiting, and what was wrong."""

    recorded: int
    complete: bool
    alarm: ScanAlarm | None = None


@dataclass(frozen=True, slots=True)
class ScanTransfers:
    """Rows, receipts, ledger entries and the cursor that covers them are recorded together, a few at a time.

    `dust_units`: smaller unmatched arrivals are booked without a notice. Raises ChainUnavailable.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    chain: Chain
    method: Method
    owner: TelegramId | None
    dust_units: int = 5_000_000
    # One transaction holds the database for a moment only, however long the page is.
    rows_at_once: int = 25

    async def __call__(self) -> ScanReport:
        async with self.storage.transaction() as tx:
            cursor = await tx.cursors.get(self.chain.source)
        if cursor is None:
            cursor = await self._begin()
        scan = await self.chain.scan(cursor)
        try:
            recorded = await self._record(cursor, scan)
        except HashConflict:
            await self._raise_alarm(ScanAlarm.HASH_CONFLICT, scan.cursor)
            return ScanReport(0, complete=False, alarm=ScanAlarm.HASH_CONFLICT)
        if scan.alarm in _WORTH_TELLING:
            await self._raise_alarm(scan.alarm, scan.cursor)
        return ScanReport(recorded, scan.complete, scan.alarm)

    async def _begin(self) -> Cursor:
        """Begin after the wallet's old history, before the first payment is requested: older transfers aren't ours."""
        newest = await self.chain.newest()
        async with self.storage.transaction() as tx:
            await tx.cursors.move(None, newest)
            return await tx.cursors.get(self.chain.source) or newest

    async def _record(self, cursor: Cursor, scan: Scan) -> int:
        recorded = 0
        for rows, reached in _steps(cursor, scan, self.rows_at_once):
            async with self.storage.transaction() as tx:
                now = self.clock.now()
                reached = _not_beyond(reached, now)
                if reached != cursor and not await tx.cursors.move(cursor, reached):
                    return recorded  # Another worker has read these rows; ours are a second copy of them.
                recorded += await self._record_rows(tx, rows, now)
            cursor = reached
        return recorded

    async def _record_rows(self, tx: Transaction, rows: Sequence[Transfer], now: datetime) -> int:
        new = [transfer for transfer in rows if await tx.transfers.add(transfer, now)]
        matched = [await self._book(tx, transfer, now) for transfer in new if transfer.kind.keeps_value]
        # Last and in order: a settlement locks its payment first and its row of the queue last.
        for payment_id in sorted({payment_id for payment_id in matched if payment_id is not None}):
            await tx.payments_due.add(payment_id, now)
        return len(new)

    async def _book(self, tx: Transaction, transfer: Transfer, now: datetime) -> PaymentId | None:
        alert = UnmatchedAlert(self.ids, self.owner, self.dust_units)
        arrived = Receipt(
            source=self.chain.source,
            external_id=str(transfer.lt),
            method=self.method,
            amount=Money(transfer.amount_units, transfer.asset),
            tg_id=None,
            payment_id=None,
            memo_result=MemoResult.MISSING,
            comment=transfer.comment.text,
            occurred_at=transfer.occurred_at,
            seen_at=now,
        )
        if transfer.kind is TransferClass.DEPOSIT:
            return await book_receipt(tx, arrived, transfer.comment, alert, now)
        await book_unmatched(tx, arrived, transfer.comment, alert, now)
        return None

    async def _raise_alarm(self, alarm: ScanAlarm, cursor: Cursor) -> None:
        if self.owner is None:
            return
        notice = ScanStopped(self.chain.source, alarm, cursor.lt)
        async with self.storage.transaction() as tx:
            await notify(tx, self.ids, self.owner, notice, self.clock.now())


def _steps(cursor: Cursor, scan: Scan, size: int) -> Iterator[tuple[Sequence[Transfer], Cursor]]:
    """The rows of *scan* a few at a time, each with the cursor behind them; the last one brings the watermark."""
    rows = scan.transfers
    for begin in range(0, len(rows) - size, size):
        part = rows[begin : begin + size]
        yield part, replace(cursor, lt=part[-1].lt, tx_hash=part[-1].tx_hash)
    yield rows[(max(len(rows) - 1, 0) // size) * size :], scan.cursor


def _not_beyond(cursor: Cursor, now: datetime) -> Cursor:
    """*cursor* with a watermark that isn't later than *now*: an index that lies about time closes no payment."""
    if cursor.watermark is None or cursor.watermark <= now:
        return cursor
    return replace(cursor, watermark=now)

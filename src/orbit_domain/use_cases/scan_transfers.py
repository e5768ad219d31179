"""Read a chain on from the cursor, and book every arrival once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.ledger.entries import money_arrived
from orbit_domain.money import Money
from orbit_domain.notice.notice import ScanStopped, UnmatchedMoney
from orbit_domain.payment.memo import nearest, read_memo
from orbit_domain.payment.payment import Method
from orbit_domain.payment.ports import Chain
from orbit_domain.payment.receipt import MemoResult, Receipt
from orbit_domain.payment.repository import HashConflict
from orbit_domain.payment.transfer import Cursor, Scan, ScanAlarm, Transfer, TransferClass
from orbit_domain.steps.notify import notify
from orbit_domain.storage import Storage, Transaction

_SUGGEST_FROM = timedelta(days=7)
_SUGGEST_AMONG = 500
_WORTH_TELLING = frozenset({ScanAlarm.HOLE, ScanAlarm.ANCHOR_MISSING, ScanAlarm.HASH_CONFLICT})


@dataclass(frozen=True, slots=True)
class ScanReport:
    """What one scan brought: how many new rows, whether more are waiting, and what was wrong."""

    recorded: int
    complete: bool
    alarm: ScanAlarm | None = None


@dataclass(frozen=True, slots=True)
class ScanTransfers:
    """Rows, receipts, ledger entries and the cursor that covers them are recorded together.

    `dust_units`: smaller unmatched arrivals are booked without a notice. Raises ChainUnavailable.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    chain: Chain
    method: Method
    owner: TelegramId | None
    dust_units: int = 5_000_000

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
        now = self.clock.now()
        recorded = 0
        async with self.storage.transaction() as tx:
            if scan.cursor != cursor and not await tx.cursors.move(cursor, scan.cursor):
                return 0  # Another worker has read these rows; ours are a second copy of them.
            for transfer in scan.transfers:
                if await tx.transfers.add(transfer, now):
                    recorded += 1
                    if transfer.kind is TransferClass.DEPOSIT:
                        await self._book(tx, transfer, now)
        return recorded

    async def _book(self, tx: Transaction, transfer: Transfer, now: datetime) -> None:
        found = read_memo(transfer.comment)
        payment = await tx.payments.by_comment(found.memo) if found.memo else None
        receipt = Receipt(
            source=self.chain.source,
            external_id=str(transfer.lt),
            method=self.method,
            amount=Money(transfer.amount_units, transfer.asset),
            tg_id=payment.tg_id if payment else None,
            payment_id=payment.id if payment else None,
            memo_result=MemoResult.UNKNOWN if found.memo and payment is None else found.result,
            comment=transfer.comment.text,
            occurred_at=transfer.occurred_at,
            seen_at=now,
        )
        await tx.receipts.add(receipt)
        await tx.ledger.post(money_arrived(receipt.ref, self.method, receipt.amount, now))
        if payment is None:
            await tx.transfers.mark_processed(transfer, now)
            await self._tell_owner(tx, receipt, now)

    async def _tell_owner(self, tx: Transaction, receipt: Receipt, now: datetime) -> None:
        if self.owner is None or receipt.amount.units < self.dust_units:
            return
        memos = await tx.payments.comments_since(now - _SUGGEST_FROM, _SUGGEST_AMONG)
        notice = UnmatchedMoney(
            ref=receipt.ref,
            asset=receipt.amount.currency.code,
            units=receipt.amount.units,
            comment=receipt.comment,
            memo_result=receipt.memo_result,
            suggestion=nearest(receipt.comment, memos),
        )
        await notify(tx, self.ids, self.owner, notice, now)

    async def _raise_alarm(self, alarm: ScanAlarm, cursor: Cursor) -> None:
        if self.owner is None:
            return
        notice = ScanStopped(self.chain.source, alarm, cursor.lt)
        async with self.storage.transaction() as tx:
            await notify(tx, self.ids, self.owner, notice, self.clock.now())

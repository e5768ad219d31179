"""The owner lets a record be booked that reading has left out."""

from dataclasses import dataclass

from orbit_domain.bookkeeping.reading_again import read_to_the_end
from orbit_domain.clock import Clock
from orbit_domain.errors import Refusal
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.payment.claim import RECORDED_NAMES, TransferNames
from orbit_domain.payment.source import Cursor, ReceiptSource, ReceiptSources
from orbit_domain.payment.source_record import SourceRecord
from orbit_domain.steps.book_receipt import UnmatchedAlert, book_records
from orbit_domain.storage import AdminAction, Storage, transact


@dataclass(eq=False)
class NoSuchRecord(Refusal):
    """The source doesn't show it, the settings don't name the source, or it is older than the shop."""

    ref: str


@dataclass(eq=False)
class AlreadyRecorded(Refusal):
    """It is recorded, and what it has brought is booked."""

    ref: str


@dataclass(frozen=True, slots=True)
class BookRecord:
    """Read the source again from its first record on, and book the one that is named as if it was read in its turn.

    Once, with a row in the admin log; the cursor stays. What it pays is settled by the next run of the worker.
    Raises NoSuchRecord, AlreadyRecorded, SourceUnavailable, NotProved.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    sources: ReceiptSources
    owner: TelegramId | None
    transfer_names: TransferNames = RECORDED_NAMES

    async def __call__(self, name: str, external_id: str, actor: str, reason: str) -> SourceRecord:
        """The record, which is booked now."""
        source, ref = self.sources.get(name), f"{name}|{external_id}"
        first = await transact(self.storage, lambda tx: tx.comparisons.first_record(name))
        known = await transact(self.storage, lambda tx: tx.source_records.of_ids(name, [external_id]))
        if known:
            raise AlreadyRecorded(ref)
        if source is None or first is None:
            raise NoSuchRecord(ref)
        record = await _find(source, first, external_id)
        if record is None or record.occurred_at < first.occurred_at:
            raise NoSuchRecord(ref)
        alert = UnmatchedAlert(self.ids, self.owner, source.dust_units, self.transfer_names)
        async with self.storage.transaction() as tx:
            now = self.clock.now()
            if not await book_records(tx, [record], source.method, alert, now):
                raise AlreadyRecorded(ref)
            await tx.admin_log.add(AdminAction(self.ids.uuid(), actor, "book_record", ref, reason, now))
        return record


async def _find(source: ReceiptSource, first: SourceRecord, external_id: str) -> SourceRecord | None:
    async for batch in read_to_the_end(source, Cursor(source.name, first.position)):
        for one in batch:
            if one.external_id == external_id:
                return one
    return None

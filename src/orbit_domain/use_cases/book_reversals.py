"""Book what has gone back at providers without a command of the owner."""

from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.payment.source import ReceiptSources
from orbit_domain.payment.source_record import SourceRecord
from orbit_domain.steps.reverse_receipt import reverse_receipt
from orbit_domain.steps.settle_payment import SettlementContext
from orbit_domain.storage import Storage, StorageBusy, StorageUnavailable, transact


@dataclass(frozen=True, slots=True)
class BookReversals:
    """Each refund and chargeback in the providers' lists moves the ledger once, whenever its receipt is seen.

    One that can't be booked yet, or at all, holds up no other; `orbit ledger audit` names it.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    owner: TelegramId | None
    sources: ReceiptSources
    batch: int = 100

    async def __call__(self) -> int:
        """How many were booked. Raises the first unexpected error, after all others are done."""
        booked, last = 0, None
        unexpected: Exception | None = None
        while True:
            async with self.storage.transaction() as tx:
                found = await tx.source_records.unbooked_reversals(last, self.batch)
            for record in found:
                try:
                    booked += await self._book(record)
                except (StorageBusy, StorageUnavailable):  # The storage failed, not this record.
                    raise
                except Exception as error:  # One record that can't be booked doesn't hold up the others.
                    unexpected = unexpected or error
            if len(found) < self.batch:
                break
            last = found[-1]
        if unexpected is not None:
            raise unexpected
        return booked

    async def _book(self, record: SourceRecord) -> bool:
        context = SettlementContext.unasked(self.clock.now(), self.ids, self.sources)
        return await transact(self.storage, lambda tx: reverse_receipt(tx, record, context, self.owner))

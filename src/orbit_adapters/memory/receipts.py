"""Receipts in memory."""

from collections.abc import Sequence
from datetime import datetime

from orbit_adapters.memory.reversals import is_returned_whole
from orbit_adapters.memory.storable_text import sanitized, storable
from orbit_adapters.memory.tables import RecordConflict, Session
from orbit_domain.ids import PaymentId, TelegramId
from orbit_domain.ledger.ledger import EntryKind
from orbit_domain.payment.receipt import Receipt


class MemoryReceipts:
    """The port `Receipts`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, receipt: Receipt) -> bool:
        """Record *receipt* unless it is recorded."""
        receipt = sanitized(receipt)
        tables = self._session.tables
        key = (receipt.source, receipt.external_id)
        if key in tables.receipts:
            return False
        self._session.require_user(receipt.tg_id)
        if receipt.payment_id is not None and receipt.payment_id not in tables.payments:
            raise RecordConflict(f"there is no payment {receipt.payment_id}")
        tables.receipts[key] = receipt
        if receipt.tg_id is None:
            tables.unassigned_receipts[key] = None
        else:
            tables.receipts_of.append(receipt.tg_id, key)
        if receipt.payment_id is not None:
            tables.receipts_of_payment.append(receipt.payment_id, key)
        return True

    async def add_all(self, receipts: Sequence[Receipt]) -> None:
        """Record each unless it is recorded."""
        for receipt in receipts:
            await self.add(receipt)

    async def get(self, source: str, external_id: str) -> Receipt | None:
        """The receipt of that key."""
        return self._session.tables.receipts.get((storable(source), storable(external_id)))

    async def of_payment(self, payment_id: PaymentId) -> tuple[Receipt, ...]:
        """The payment's receipts, in order of arrival."""
        tables = self._session.tables
        return tuple(sorted((tables.receipts[key] for key in tables.receipts_of_payment.of(payment_id)), key=_arrival))

    async def of_user(self, tg_id: TelegramId, limit: int) -> tuple[Receipt, ...]:
        """The user's newest receipts."""
        tables = self._session.tables
        mine = sorted((tables.receipts[key] for key in tables.receipts_of.of(tg_id)), key=_arrival, reverse=True)
        return tuple(mine[:limit])

    async def unmatched(self, limit: int) -> tuple[Receipt, ...]:
        """Receipts without a user and without a credit, the largest first."""
        tables = self._session.tables
        unassigned = (tables.receipts[key] for key in tables.unassigned_receipts)
        waiting = [
            receipt
            for receipt in unassigned
            if (EntryKind.CREDIT, receipt.ref) not in tables.entries and not is_returned_whole(tables, receipt)
        ]
        newest = sorted(waiting, key=_arrival, reverse=True)
        return tuple(sorted(newest, key=lambda receipt: receipt.amount.units, reverse=True)[:limit])


def _arrival(receipt: Receipt) -> tuple[datetime, str, str]:
    return (receipt.occurred_at, receipt.external_id, receipt.source)

"""What arrived."""

from datetime import datetime

from orbit_adapters.memory.storable_text import cleaned, storable
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
        receipt = cleaned(receipt)
        rows = self._session.rows
        key = (receipt.source, receipt.external_id)
        if key in rows.receipts:
            return False
        self._session.known_user(receipt.tg_id)
        if receipt.payment_id is not None and receipt.payment_id not in rows.payments:
            raise RecordConflict(f"there is no payment {receipt.payment_id}")
        rows.receipts[key] = receipt
        if receipt.tg_id is None:
            rows.nobodys_receipts[key] = None
        else:
            rows.receipts_of.append(receipt.tg_id, key)
        if receipt.payment_id is not None:
            rows.receipts_of_payment.append(receipt.payment_id, key)
        return True

    async def get(self, source: str, external_id: str) -> Receipt | None:
        """The receipt of that key."""
        return self._session.rows.receipts.get((storable(source), storable(external_id)))

    async def of_payment(self, payment_id: PaymentId) -> tuple[Receipt, ...]:
        """Everything that arrived for the payment, in order of arrival."""
        rows = self._session.rows
        return tuple(sorted((rows.receipts[key] for key in rows.receipts_of_payment.of(payment_id)), key=_arrival))

    async def of_user(self, tg_id: TelegramId, limit: int) -> tuple[Receipt, ...]:
        """The user's newest receipts."""
        rows = self._session.rows
        mine = sorted((rows.receipts[key] for key in rows.receipts_of.of(tg_id)), key=_arrival, reverse=True)
        return tuple(mine[:limit])

    async def unmatched(self, limit: int) -> tuple[Receipt, ...]:
        """Nobody's receipts without a credit, oldest first."""
        rows = self._session.rows
        nobodys = (rows.receipts[key] for key in rows.nobodys_receipts)
        waiting = [receipt for receipt in nobodys if (EntryKind.CREDIT, receipt.ref) not in rows.entries]
        return tuple(sorted(waiting, key=_arrival)[:limit])


def _arrival(receipt: Receipt) -> tuple[datetime, str, str]:
    return (receipt.occurred_at, receipt.external_id, receipt.source)

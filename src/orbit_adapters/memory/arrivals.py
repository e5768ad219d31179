"""What arrived, and what was read from chains."""

from datetime import datetime

from orbit_adapters.memory.shelves import LoggedTransfer, Place, RecordConflict, Session
from orbit_adapters.memory.texts import cleaned, storable
from orbit_domain.ids import PaymentId, TelegramId
from orbit_domain.ledger.ledger import EntryKind
from orbit_domain.payment.receipt import Receipt
from orbit_domain.payment.repositories import HashConflict
from orbit_domain.payment.transfer import Cursor, Transfer, TransferClass


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


class MemoryTransfers:
    """The port `Transfers`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, transfer: Transfer, seen_at: datetime) -> bool:
        """Record *transfer* unless it is recorded. Raises HashConflict."""
        transfer = cleaned(transfer)
        rows = self._session.rows
        place = _place(transfer)
        known = rows.transfers.get(place)
        if known is not None:
            if known.transfer.tx_hash != transfer.tx_hash:
                raise HashConflict(f"{transfer.reference} has two hashes")
            return False
        waits = transfer.kind is TransferClass.DEPOSIT
        rows.transfers[place] = LoggedTransfer(transfer, None if waits else seen_at)
        if waits:
            rows.waiting_transfers[place] = None
        return True

    async def unprocessed(self, limit: int) -> tuple[Transfer, ...]:
        """Deposits that nobody has settled, by logical time."""
        rows = self._session.rows
        waiting = sorted(rows.waiting_transfers, key=_by_lt)
        return tuple(rows.transfers[place].transfer for place in waiting[:limit])

    async def mark_processed(self, transfer: Transfer, at: datetime) -> None:
        """The deposit is settled; the first time counts. Raises LookupError when it isn't in the log."""
        rows = self._session.rows
        place = _place(cleaned(transfer))
        known = rows.transfers.get(place)
        if known is None:
            raise LookupError(f"{transfer.reference} isn't in the log")
        if known.processed_at is None:
            rows.transfers[place] = LoggedTransfer(known.transfer, at)
            del rows.waiting_transfers[place]

    async def newest(self, limit: int) -> tuple[Transfer, ...]:
        """The newest rows by logical time."""
        rows = self._session.rows
        newest = sorted(rows.transfers, key=_by_lt, reverse=True)
        return tuple(rows.transfers[place].transfer for place in newest[:limit])


class MemoryCursors:
    """The port `Cursors`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, source: str) -> Cursor | None:
        """The cursor of *source*."""
        return self._session.rows.cursors.get(storable(source))

    async def move(self, old: Cursor | None, new: Cursor) -> bool:
        """Compare and set. Raises ValueError when the two are of different sources."""
        if old is not None and old.source != new.source:
            raise ValueError("a cursor stays with its source")
        cursors = self._session.rows.cursors
        new = cleaned(new)
        if cursors.get(new.source) != (None if old is None else cleaned(old)):
            return False
        cursors[new.source] = new
        return True


def _arrival(receipt: Receipt) -> tuple[datetime, str, str]:
    return (receipt.occurred_at, receipt.external_id, receipt.source)


def _place(transfer: Transfer) -> Place:
    return (transfer.network, transfer.account, transfer.lt)


def _by_lt(place: Place) -> tuple[int, str, str]:
    network, account, lt = place
    return (lt, network, account)

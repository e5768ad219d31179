"""What was read from chains, and how far."""

from datetime import datetime

from orbit_adapters.memory.storable_text import cleaned, storable
from orbit_adapters.memory.tables import LoggedTransfer, Place, Session
from orbit_domain.payment.repository import HashConflict
from orbit_domain.payment.transfer import Cursor, Transfer, TransferClass


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


def _place(transfer: Transfer) -> Place:
    return (transfer.network, transfer.account, transfer.lt)


def _by_lt(place: Place) -> tuple[int, str, str]:
    network, account, lt = place
    return (lt, network, account)

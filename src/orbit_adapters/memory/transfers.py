"""Transfers and cursors in memory."""

from datetime import datetime

from orbit_adapters.memory.storable_text import sanitized, storable
from orbit_adapters.memory.tables import ChainPosition, Session, TransferRow
from orbit_domain.payment.repository import HashConflict
from orbit_domain.payment.transfer import Cursor, Transfer


class MemoryTransfers:
    """The port `Transfers`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, transfer: Transfer, seen_at: datetime) -> bool:
        """Record *transfer* unless it is recorded. Raises HashConflict."""
        transfer = sanitized(transfer)
        tables = self._session.tables
        position = _position(transfer)
        known = tables.transfers.get(position)
        if known is not None:
            if known.transfer.tx_hash != transfer.tx_hash:
                raise HashConflict(f"{transfer.reference} has two hashes")
            return False
        tables.transfers[position] = TransferRow(transfer, seen_at)
        return True

    async def newest(self, limit: int) -> tuple[Transfer, ...]:
        """The newest rows by logical time."""
        tables = self._session.tables
        newest = sorted(tables.transfers, key=_by_lt, reverse=True)
        return tuple(tables.transfers[position].transfer for position in newest[:limit])


class MemoryCursors:
    """The port `Cursors`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, source: str) -> Cursor | None:
        """The cursor of *source*."""
        return self._session.tables.cursors.get(storable(source))

    async def move(self, old: Cursor | None, new: Cursor) -> bool:
        """Compare and set. Raises ValueError when the two are of different sources."""
        if old is not None and old.source != new.source:
            raise ValueError("a cursor stays with its source")
        cursors = self._session.tables.cursors
        new = sanitized(new)
        if cursors.get(new.source) != (None if old is None else sanitized(old)):
            return False
        cursors[new.source] = new
        return True


def _position(transfer: Transfer) -> ChainPosition:
    return (transfer.network, transfer.account, transfer.lt)


def _by_lt(position: ChainPosition) -> tuple[int, str, str]:
    network, account, lt = position
    return (lt, network, account)

"""Shops with one bug each, of the kind that real shops have: the campaign must find every one.

A bug is seeded between the real use cases and the repositories. What would make it harmless by chance is removed
with it, and nothing else: as long as no process crashes or meets another one, all of them sell.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from orbit_domain.ids import TelegramId
from orbit_domain.ledger.ledger import Entry
from orbit_domain.ledger.repository import Ledger
from orbit_domain.payment.repository import Cursors, Transfers
from orbit_domain.payment.transfer import Cursor, Transfer
from orbit_domain.storage import Storage, Transaction
from orbit_domain.subscription.subscription import Grant

SeededBug = Callable[[Storage], Storage]
_ALL = 1_000_000


def no_bug(storage: Storage) -> Storage:
    """The shop that we ship."""
    return storage


class DedupeAfterCredit:
    """A credit is booked first, and the next transaction marks its transfer as processed.

    That mark alone says whether to credit again: the ledger's own check of what it booked is removed.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        async with self._storage.transaction() as tx:
            transfers = _TransfersMarkedLater(tx.transfers)
            tx.ledger = _LedgerCreditsUnmarked(tx.ledger, tx.transfers)
            tx.transfers = transfers
            yield tx
        if transfers.marks:
            async with self._storage.transaction() as tx:
                for transfer, at in transfers.marks:
                    await tx.transfers.mark_processed(transfer, at)


class CursorBeforeCommit:
    """The cursor is moved in a transaction of its own, before the transfers that it passes are recorded."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        async with self._storage.transaction() as tx:
            tx.cursors = _CursorsMovedApart(tx.cursors, self._storage)
            yield tx


class MissingLock:
    """Rows are read, decided about and written without a lock in between."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        async with self._storage.transaction() as tx:
            for rows in ("users", "payments", "orders", "keys"):
                setattr(tx, rows, _Unlocked(getattr(tx, rows)))
            yield tx


class MissingLockAndKeys(MissingLock):
    """The same, in a database that has no unique key either to stop the second of two equal writes."""

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        async with super().transaction() as tx:
            tx.ledger = _LedgerWithoutKey(tx.ledger)
            tx.grants = _GrantsWithoutKey(tx.grants)
            yield tx


class _Delegate:
    """A repository whose other methods are the real ones."""

    def __init__(self, real: Any) -> None:
        self._real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


class _LedgerWithoutKey(_Delegate):
    """A ledger that records an entry again under another name."""

    async def post(self, entry: Entry) -> bool:
        while not await self._real.post(entry):
            entry = replace(entry, ref=f"{entry.ref}+")
        return True


class _GrantsWithoutKey(_Delegate):
    """Grants that are recorded again under another cause."""

    async def add(self, grant: Grant) -> bool:
        while not await self._real.add(grant):
            grant = replace(grant, cause=f"{grant.cause}+")
        return True


class _Unlocked(_Delegate):
    """Rows that are read instead of locked."""

    async def lock(self, row_id: Any) -> Any:
        return await self._real.get(row_id)


class _LedgerCreditsUnmarked(_LedgerWithoutKey):
    """A ledger that takes a transfer for credited when it is marked, whatever it holds."""

    def __init__(self, real: Ledger, transfers: Transfers) -> None:
        super().__init__(real)
        self._transfers = transfers

    async def credited(self, refs: tuple[str, ...], tg_id: TelegramId) -> Mapping[str, int]:
        unmarked = {str(transfer.lt) for transfer in await self._transfers.unprocessed(_ALL)}
        booked = await self._real.credited(refs, tg_id)
        return {ref: units for ref, units in booked.items() if ref.rpartition("|")[2] not in unmarked}


class _TransfersMarkedLater(_Delegate):
    """Transfers that are marked after the transaction that settled them."""

    def __init__(self, real: Transfers) -> None:
        super().__init__(real)
        self.marks: list[tuple[Transfer, datetime]] = []

    async def mark_processed(self, transfer: Transfer, at: datetime) -> None:
        self.marks.append((transfer, at))


class _CursorsMovedApart(_Delegate):
    """Cursors that move in a transaction of their own."""

    def __init__(self, real: Cursors, storage: Storage) -> None:
        super().__init__(real)
        self._storage = storage

    async def move(self, old: Cursor | None, new: Cursor) -> bool:
        # A task has one transaction at most, so the other one needs a task of its own.
        return await asyncio.create_task(self._move(old, new))

    async def _move(self, old: Cursor | None, new: Cursor) -> bool:
        async with self._storage.transaction() as tx:
            return await tx.cursors.move(old, new)

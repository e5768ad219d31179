"""Shops that are wrong on purpose, each by one mistake that real shops make: the campaign must find every one.

A mistake is planted between the verbs and the repositories, where the verbs are the real ones. What would make
it harmless by chance is removed with it, and nothing else: as long as nobody dies or meets, all of them sell.
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

Sabotage = Callable[[Storage], Storage]
_ALL = 1_000_000


def honest(storage: Storage) -> Storage:
    """No sabotage."""
    return storage


class DedupeAfterCredit:
    """A credit is booked first, and that its transfer was dealt with is recorded in the next transaction.

    That mark alone says whether to credit again: the ledger's own memory of what it booked is taken away.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        async with self._storage.transaction() as tx:
            transfers = _MarkedLater(tx.transfers)
            tx.ledger = _CreditsWhatIsUnmarked(tx.ledger, tx.transfers)
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
            tx.cursors = _MovedApart(tx.cursors, self._storage)
            yield tx


class MissingLock:
    """Rows are read, decided about and written without being locked in between."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        async with self._storage.transaction() as tx:
            for rows in ("users", "payments", "orders", "keys"):
                setattr(tx, rows, _Unlocked(getattr(tx, rows)))
            yield tx


class MissingLockAndKeys(MissingLock):
    """The same, in a database that has no unique key either to stop the second of two who decided alike."""

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        async with super().transaction() as tx:
            tx.ledger = _BooksTwice(tx.ledger)
            tx.grants = _GrantsTwice(tx.grants)
            yield tx


class _Rest:
    """A repository whose other methods are the real ones."""

    def __init__(self, real: Any) -> None:
        self._real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


class _BooksTwice(_Rest):
    """Entries of whatever name."""

    async def post(self, entry: Entry) -> bool:
        while not await self._real.post(entry):
            entry = replace(entry, ref=f"{entry.ref}+")
        return True


class _GrantsTwice(_Rest):
    """Grants of whatever cause."""

    async def add(self, grant: Grant) -> bool:
        while not await self._real.add(grant):
            grant = replace(grant, cause=f"{grant.cause}+")
        return True


class _Unlocked(_Rest):
    """Rows that nobody holds."""

    async def lock(self, row_id: Any) -> Any:
        return await self._real.get(row_id)


class _CreditsWhatIsUnmarked(_BooksTwice):
    """Books that take a transfer for credited when it is marked, whatever they hold."""

    def __init__(self, real: Ledger, transfers: Transfers) -> None:
        super().__init__(real)
        self._transfers = transfers

    async def credited(self, refs: tuple[str, ...], tg_id: TelegramId) -> Mapping[str, int]:
        unmarked = {str(transfer.lt) for transfer in await self._transfers.unprocessed(_ALL)}
        booked = await self._real.credited(refs, tg_id)
        return {ref: units for ref, units in booked.items() if ref.rpartition("|")[2] not in unmarked}


class _MarkedLater(_Rest):
    """Transfers that are marked by whoever opened the transaction, when it is over."""

    def __init__(self, real: Transfers) -> None:
        super().__init__(real)
        self.marks: list[tuple[Transfer, datetime]] = []

    async def mark_processed(self, transfer: Transfer, at: datetime) -> None:
        self.marks.append((transfer, at))


class _MovedApart(_Rest):
    """Cursors that move at once."""

    def __init__(self, real: Cursors, storage: Storage) -> None:
        super().__init__(real)
        self._storage = storage

    async def move(self, old: Cursor | None, new: Cursor) -> bool:
        # A task has one transaction at most, so the other one needs a task of its own.
        return await asyncio.create_task(self._move(old, new))

    async def _move(self, old: Cursor | None, new: Cursor) -> bool:
        async with self._storage.transaction() as tx:
            return await tx.cursors.move(old, new)

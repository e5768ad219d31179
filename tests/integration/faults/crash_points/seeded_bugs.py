"""Shops with one bug each, of the kind that real shops have: the campaign must find every one.

A bug is seeded between the real use cases and the repositories. What would make it harmless by chance is removed
with it, and nothing else: as long as no process crashes or meets another one, all of them sell.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from orbit_domain.ids import PaymentId, TelegramId
from orbit_domain.ledger.ledger import Entry
from orbit_domain.ledger.repository import Booked
from orbit_domain.payment.due import DuePayment, PaymentsDue
from orbit_domain.payment.repository import Cursors
from orbit_domain.payment.source import Cursor
from orbit_domain.storage import Storage, Transaction
from orbit_domain.subscription.repository import Customer
from orbit_domain.subscription.subscription import Grant

SeededBug = Callable[[Storage], Storage]


def no_bug(storage: Storage) -> Storage:
    """The shop that we ship."""
    return storage


class DedupeAfterCredit:
    """A credit is booked first, and the next transaction takes its payment off the queue.

    The queue alone says whether to credit again: the ledger's own check of what it booked is removed.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        async with self._storage.transaction() as tx:
            tx.ledger = _LedgerCreditsUnchecked(tx.ledger)
            tx.payments_due = queue = _QueueFinishedLater(tx.payments_due)
            yield tx
        if queue.finished:
            async with self._storage.transaction() as tx:
                for due, at in queue.finished:
                    await tx.payments_due.finish(due, at)

    async def find_customer(self, tg_id: TelegramId) -> Customer | None:
        return await self._storage.find_customer(tg_id)

    def snapshot(self) -> AbstractAsyncContextManager[Transaction]:
        return self._storage.snapshot()


class CursorBeforeCommit:
    """The cursor is moved in a transaction of its own, before the transfers that it passes are recorded."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        async with self._storage.transaction() as tx:
            tx.cursors = _CursorsMovedApart(tx.cursors, self._storage)
            yield tx

    async def find_customer(self, tg_id: TelegramId) -> Customer | None:
        return await self._storage.find_customer(tg_id)

    def snapshot(self) -> AbstractAsyncContextManager[Transaction]:
        return self._storage.snapshot()


class MissingLock:
    """Rows are read, decided about and written without a lock in between."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        async with self._storage.transaction() as tx:
            for rows in ("users", "payments", "orders", "keys"):
                setattr(tx, rows, _Unlocked(getattr(tx, rows)))
            tx.payments_due = _NothingAhead(tx.payments_due)
            yield tx

    async def find_customer(self, tg_id: TelegramId) -> Customer | None:
        return await self._storage.find_customer(tg_id)

    def snapshot(self) -> AbstractAsyncContextManager[Transaction]:
        return self._storage.snapshot()


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

    async def post_all(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            await self.post(entry)


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


class _LedgerCreditsUnchecked(_LedgerWithoutKey):
    """A ledger that says of every receipt that it isn't credited."""

    async def booked(self, payment_id: PaymentId, tg_id: TelegramId) -> Booked:
        return Booked({}, 0)


class _NothingAhead(_Delegate):
    """A queue whose payments are settled through the repositories of the transaction, where the bugs are."""

    @asynccontextmanager
    async def read_ahead(self, tx: Transaction, claimed: Sequence[DuePayment]) -> AsyncIterator[Transaction]:
        yield tx


class _QueueFinishedLater(_NothingAhead):
    """A queue that only notes what is settled."""

    def __init__(self, real: PaymentsDue) -> None:
        super().__init__(real)
        self.finished: list[tuple[DuePayment, datetime]] = []

    async def finish(self, due: DuePayment, at: datetime) -> bool:
        self.finished.append((due, at))
        return True


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

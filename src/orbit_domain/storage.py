"""The one door to what is recorded. Repositories exist only inside a transaction."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from orbit_domain.access.repository import Keys, PanelRecords
from orbit_domain.ids import TelegramId
from orbit_domain.ledger.repository import Ledger
from orbit_domain.notice.repository import Outbox
from orbit_domain.order.repository import Orders
from orbit_domain.payment.repository import Cursors, Payments, Receipts, Transfers
from orbit_domain.plan.repository import Plans
from orbit_domain.subscription.repository import Grants, Subscriptions
from orbit_domain.user.repository import Users

T = TypeVar("T")

_ATTEMPTS = 3


class StorageError(Exception):
    """The storage could not do what it was asked. The message holds no recorded value and no address."""


class StorageBusy(StorageError):
    """The whole unit of work may be tried again at once, because every verb is safe to call twice.

    Others were in the way (a deadlock, a lock that wasn't given in time, a serialization failure), the
    connection broke while it was being used, or the answer to a COMMIT was lost, so that nobody knows
    whether it happened.
    """


class StorageUnavailable(StorageError):
    """It can't be used just now, and trying again at once would make it worse.

    There is no connection or none is free, a statement took longer than it may, the server is
    starting, stopping, full, or takes no writes.
    """


class StorageConflict(StorageError):
    """What was to be recorded contradicts what is: a second of something unique, or an owner that doesn't exist."""


@dataclass(frozen=True, slots=True)
class AdminAction:
    """What a person did to somebody's account, and why. Append-only."""

    id: UUID
    actor: str
    action: str
    subject: str
    reason: str
    at: datetime


class AdminLog(Protocol):
    """The log of admin actions."""

    async def add(self, record: AdminAction) -> None:
        """Record it."""

    async def of_subject(self, subject: str, limit: int) -> tuple[AdminAction, ...]:
        """The newest actions on *subject*, newest first."""


class Transaction(Protocol):
    """Everything in it is recorded together, or not at all. Locks go user → payment → order → key."""

    users: Users
    plans: Plans
    orders: Orders
    payments: Payments
    receipts: Receipts
    transfers: Transfers
    cursors: Cursors
    ledger: Ledger
    subscriptions: Subscriptions
    grants: Grants
    keys: Keys
    panels: PanelRecords
    outbox: Outbox
    audit: AdminLog


@dataclass(slots=True)
class ChangeSet:
    """What one transaction changed that somebody outside it waits for.

    `customers`: whose `Customer` reads differently now. `keys_due`, `notices_due`: whether there may be something
    to provision or to tell at once.
    """

    customers: set[TelegramId] = field(default_factory=set)
    keys_due: bool = False
    notices_due: bool = False


class AfterCommit(Protocol):
    """Hears what was changed, right after it was committed, or may have been. What isn't heard must not matter."""

    async def __call__(self, changes: ChangeSet) -> None:
        """Never fails, and takes a moment at most: the one who committed waits for it."""


class Storage(Protocol):
    """What is recorded. Its promises: `orbit_testing.contracts.storage`."""

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """Open a transaction: leaving normally commits, an exception rolls everything back.

        Opening it, leaving it, and every call inside it may raise StorageError; nothing is recorded then,
        unless leaving it raised StorageBusy: then it isn't known.

        Every AfterCommit that the storage was made with hears of the changes once they can be read by others.
        """


async def retry_on_busy(record: Callable[[], Awaitable[T]]) -> T:
    """What *record*, a whole unit of work, answers; called again at once when others were in its way.

    Nobody claims the same thing again before its lease ends, so trying the whole turn again wouldn't help it.
    Raises the last StorageBusy of a few, and everything else at once.
    """
    for _ in range(_ATTEMPTS - 1):
        try:
            return await record()
        except StorageBusy:
            continue
    return await record()

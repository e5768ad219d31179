"""The one door to what is recorded. Repositories exist only inside a transaction."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from orbit_domain.access.repositories import Keys, PanelRecords
from orbit_domain.ids import TelegramId
from orbit_domain.ledger.ports import Ledger
from orbit_domain.notice.ports import Outbox
from orbit_domain.order.ports import Orders
from orbit_domain.payment.repositories import Cursors, Payments, Receipts, Transfers
from orbit_domain.plan.ports import Plans
from orbit_domain.subscription.ports import Grants, Subscriptions
from orbit_domain.user.ports import Users


class StorageTrouble(Exception):
    """The storage could not do what it was asked. The message holds no recorded value and no address."""


class StorageBusy(StorageTrouble):
    """The whole unit of work may be tried again at once, because every verb is safe to call twice.

    Others were in the way (a deadlock, a lock that wasn't given in time, a serialization failure), the
    connection broke while it was being used, or the answer to a COMMIT was lost, so that nobody knows
    whether it happened.
    """


class StorageUnavailable(StorageTrouble):
    """It can't be used just now, and trying again at once would make it worse.

    There is no connection or none is free, a statement took longer than it may, the server is
    starting, stopping, full, or takes no writes.
    """


class StorageConflict(StorageTrouble):
    """What was to be recorded contradicts what is: a second of something unique, or an owner that doesn't exist."""


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """What a person did to somebody's account, and why. Append-only."""

    id: UUID
    actor: str
    action: str
    subject: str
    reason: str
    at: datetime


class Audit(Protocol):
    """The log of admin actions."""

    async def add(self, record: AuditRecord) -> None:
        """Record it."""

    async def of_subject(self, subject: str, limit: int) -> tuple[AuditRecord, ...]:
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
    audit: Audit


@dataclass(slots=True)
class Changes:
    """What one transaction changed that somebody outside it waits for.

    `customers`: whose `Customer` reads differently now. `keys_due`, `notices_due`: whether there may be something
    to provision or to tell at once.
    """

    customers: set[TelegramId] = field(default_factory=set)
    keys_due: bool = False
    notices_due: bool = False


class AfterCommit(Protocol):
    """Hears what was changed, right after it was committed, or may have been. What isn't heard must not matter."""

    async def __call__(self, changes: Changes) -> None:
        """Never fails, and takes a moment at most: the one who committed waits for it."""


class Storage(Protocol):
    """What is recorded. Its promises: `orbit_adapters.contracts.storage`."""

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """Open a transaction: leaving normally commits, an exception rolls everything back.

        Opening it, leaving it, and every call inside it may raise StorageTrouble; nothing is recorded then,
        unless leaving it raised StorageBusy: then it isn't known.

        Every AfterCommit that the storage was made with hears of the changes once they can be read by others.
        """

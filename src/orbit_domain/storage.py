"""The one door to what is recorded. Repositories exist only inside a transaction."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from orbit_domain.access.repositories import Keys, PanelRecords
from orbit_domain.ledger.ports import Ledger
from orbit_domain.notice.ports import Outbox
from orbit_domain.order.ports import Orders
from orbit_domain.payment.repositories import Cursors, Payments, Receipts, Transfers
from orbit_domain.plan.ports import Plans
from orbit_domain.subscription.ports import Grants, Subscriptions
from orbit_domain.user.ports import Users


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


class Storage(Protocol):
    """What is recorded. Its promises: `orbit_adapters.contracts.storage`."""

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """Open a transaction: leaving normally commits, an exception rolls everything back."""

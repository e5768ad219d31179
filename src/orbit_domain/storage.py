"""The port of the database. Repositories exist only inside a transaction; beside it there is one read."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from orbit_domain.access.panel_connection import PanelConnections
from orbit_domain.access.rebalance import Rebalances
from orbit_domain.access.repository import Keys, PanelRecords
from orbit_domain.bookkeeping.comparisons import Comparisons
from orbit_domain.bookkeeping.periods import Periods
from orbit_domain.bookkeeping.statements import Statements
from orbit_domain.broadcast.repository import Broadcasts
from orbit_domain.gift.repository import Gifts
from orbit_domain.ids import PromoCode, TelegramId
from orbit_domain.ledger.repository import Ledger
from orbit_domain.notice.invoice_message import InvoiceMessages
from orbit_domain.notice.repository import Outbox
from orbit_domain.old_data.repository import OldDataRows
from orbit_domain.order.repository import Orders
from orbit_domain.payment.claim import ReceiptClaims
from orbit_domain.payment.due import PaymentsDue
from orbit_domain.payment.inbox import Inbox
from orbit_domain.payment.kept_card import KeptCards
from orbit_domain.payment.payout import Payouts
from orbit_domain.payment.payout_address import PayoutAddresses
from orbit_domain.payment.repository import Cursors, Payments, RateHistory, Receipts, SourceRecords
from orbit_domain.plan.repository import Plans
from orbit_domain.promo.repository import Promos
from orbit_domain.referral.repository import Referrals
from orbit_domain.request_journal.repository import RecentRequests
from orbit_domain.shop_chat.repository import ShopChats
from orbit_domain.shop_setting.repository import StoredSettings
from orbit_domain.subscription.repository import Customer, Grants, Subscriptions
from orbit_domain.subscription_link.repository import GoodCopies, LinkDevices, SubscriptionLinks
from orbit_domain.support.repository import Cases
from orbit_domain.user.repository import Users

T = TypeVar("T")

_ATTEMPTS = 3


class StorageError(Exception):
    """The storage could not do what was requested. The message holds no recorded value and no address."""


class StorageBusy(StorageError):
    """The whole unit of work may be tried again at once, because every use case is safe to call twice.

    Others were in the way (a deadlock, a lock that wasn't given in time, a serialization failure), the
    connection broke while it was being used, or the answer to a COMMIT was lost, so that its
    outcome is unknown.
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
    """What an admin did to a user's account, and why. Append-only."""

    id: UUID
    actor: str
    action: str
    subject: str
    reason: str
    at: datetime


def subject_of(tg_id: TelegramId) -> str:
    """The subject of admin actions on a user's account."""
    return f"user:{tg_id}"


def promo_subject(code: PromoCode) -> str:
    """The subject of admin actions on a promo code."""
    return f"promo:{code}"


def telegram_actor(tg_id: TelegramId) -> str:
    """The actor of what an admin, or a customer about their own money, did in Telegram."""
    return f"telegram:{tg_id}"


class AdminLog(Protocol):
    """The log of admin actions."""

    async def add(self, record: AdminAction) -> None:
        """Record it."""

    async def of_subject(self, subject: str, limit: int) -> tuple[AdminAction, ...]:
        """The newest actions on *subject*, newest first."""

    async def newest(self, limit: int) -> tuple[AdminAction, ...]:
        """The newest actions on anything, newest first."""


class Transaction(Protocol):
    """Everything in it is recorded together, or not at all. Locks go cursor → user → payment → order → key."""

    users: Users
    plans: Plans
    promos: Promos
    referrals: Referrals
    orders: Orders
    gifts: Gifts
    payments: Payments
    payments_due: PaymentsDue
    inbox: Inbox
    invoice_messages: InvoiceMessages
    receipts: Receipts
    receipt_claims: ReceiptClaims
    payouts: Payouts
    payout_addresses: PayoutAddresses
    kept_cards: KeptCards
    source_records: SourceRecords
    cursors: Cursors
    rate_history: RateHistory
    ledger: Ledger
    subscriptions: Subscriptions
    grants: Grants
    keys: Keys
    panels: PanelRecords
    rebalances: Rebalances
    subscription_links: SubscriptionLinks
    good_copies: GoodCopies
    link_devices: LinkDevices
    panel_connections: PanelConnections
    broadcasts: Broadcasts
    settings: StoredSettings
    shop_chats: ShopChats
    cases: Cases
    outbox: Outbox
    admin_log: AdminLog
    old_data: OldDataRows
    comparisons: Comparisons
    periods: Periods
    statements: Statements
    recent_requests: RecentRequests


@dataclass(slots=True)
class ChangeSet:
    """What one transaction changed that code outside it waits for.

    `customers`: whose `Customer` reads differently now. `keys_due`, `notices_due`: whether there may be something
    to provision or to send at once.
    """

    customers: set[TelegramId] = field(default_factory=set)
    keys_due: bool = False
    notices_due: bool = False


class AfterCommit(Protocol):
    """A hook, called with the changes right after a COMMIT, also when its outcome is unknown.

    A lost call must do no harm.
    """

    async def __call__(self, changes: ChangeSet) -> None:
        """Never fails and returns at once: the code that committed waits for it."""


class Storage(Protocol):
    """What is recorded. Its contract: `orbit_testing.contracts.storage`."""

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """Open a transaction: leaving normally commits, an exception rolls everything back.

        Opening it, leaving it, and every call inside it may raise StorageError; nothing is recorded then,
        unless leaving it raised StorageBusy: then it isn't known.

        Every AfterCommit hook of the storage is called with the changes once other connections can read them.
        """

    async def find_customer(self, tg_id: TelegramId) -> Customer | None:
        """The customer as the last commit left it, without a transaction: what costs a screen next to nothing.

        For what is shown, and for finding out whether there is anything to do: only what a transaction has read
        decides about money or access. Raises StorageError; inside a transaction of the same task it is refused.
        """
        ...

    def snapshot(self) -> AbstractAsyncContextManager[Transaction]:
        """Open a transaction that only reads, and sees everything as one moment has left it.

        For what takes long: it waits for none that writes, and none waits for it. Raises StorageError.
        """


async def retry_on_busy(record: Callable[[], Awaitable[T]]) -> T:
    """Return what *record*, a whole unit of work, returns; call it again at once after StorageBusy.

    For work that holds a lease: the row isn't claimed again before the lease ends, so a new run wouldn't help it.
    Raises the third StorageBusy, and every other error at once.
    """
    for _ in range(_ATTEMPTS - 1):
        try:
            return await record()
        except StorageBusy:
            continue
    return await record()


async def transact(storage: Storage, step: Callable[[Transaction], Awaitable[T]]) -> T:
    """What *step* returns, recorded in one transaction; the whole of it again as `retry_on_busy` does."""

    async def record() -> T:
        async with storage.transaction() as tx:
            return await step(tx)

    return await retry_on_busy(record)

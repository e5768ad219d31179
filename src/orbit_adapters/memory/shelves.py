"""Everything that is recorded, as tables in memory with their indexes."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from orbit_adapters.memory.rows import Groups, Journal, Rows
from orbit_domain.access.key import Key
from orbit_domain.access.repositories import PanelRecord
from orbit_domain.ids import KeyId, Nonce, OrderId, PanelId, PaymentId, PlanCode, TelegramId
from orbit_domain.ledger.ledger import Entry, EntryKind
from orbit_domain.notice.ports import Promise
from orbit_domain.order.order import Order
from orbit_domain.payment.payment import Method, Payment
from orbit_domain.payment.receipt import Receipt
from orbit_domain.payment.transfer import Cursor, Transfer
from orbit_domain.plan.plan import Plan
from orbit_domain.storage import AuditRecord, Changes, StorageConflict
from orbit_domain.subscription.subscription import Grant, Subscription
from orbit_domain.user.user import User

Place = tuple[str, str, int]
ReceiptKey = tuple[str, str]
EntryKey = tuple[EntryKind, str]


class RecordConflict(StorageConflict):
    """What was to be recorded contradicts what is: a second of something unique, or an owner that doesn't exist."""


class TransactionOver(RuntimeError):
    """A repository was used after its transaction had ended, or two transactions were opened in one another."""


@dataclass(frozen=True, slots=True)
class LoggedTransfer:
    """A row of the chain log; *processed_at* None means that a deposit waits to be settled."""

    transfer: Transfer
    processed_at: datetime | None


@dataclass(frozen=True, slots=True)
class LeasedPromise:
    """An outbox row, and until when its claimant has it."""

    promise: Promise
    lease_until: datetime | None = None


class Shelves:
    """All tables, under one journal. What isn't a table is an index, kept by the repository that owns it."""

    def __init__(self) -> None:
        self.journal = journal = Journal()
        self.users: Rows[TelegramId, User] = Rows(journal)
        self.subscriptions: Rows[TelegramId, Subscription] = Rows(journal)
        self.grants: Rows[str, Grant] = Rows(journal)
        self.grants_of: Groups[TelegramId, str] = Groups(journal)
        self.plans: Rows[PlanCode, Plan] = Rows(journal)
        self.orders: Rows[OrderId, Order] = Rows(journal)
        self.orders_of: Groups[TelegramId, OrderId] = Groups(journal)
        self.order_nonces: Rows[Nonce, OrderId] = Rows(journal)
        self.unfinished_orders: Rows[OrderId, None] = Rows(journal)
        self.payments: Rows[PaymentId, Payment] = Rows(journal)
        self.payments_of: Groups[TelegramId, PaymentId] = Groups(journal)
        self.payments_of_order: Groups[OrderId, PaymentId] = Groups(journal)
        self.payment_comments: Rows[str, PaymentId] = Rows(journal)
        self.pending: Rows[tuple[TelegramId, Method], PaymentId] = Rows(journal)
        self.receipts: Rows[ReceiptKey, Receipt] = Rows(journal)
        self.receipts_of: Groups[TelegramId, ReceiptKey] = Groups(journal)
        self.receipts_of_payment: Groups[PaymentId, ReceiptKey] = Groups(journal)
        self.nobodys_receipts: Rows[ReceiptKey, None] = Rows(journal)
        self.transfers: Rows[Place, LoggedTransfer] = Rows(journal)
        self.waiting_transfers: Rows[Place, None] = Rows(journal)
        self.cursors: Rows[str, Cursor] = Rows(journal)
        self.entries: Rows[EntryKey, Entry] = Rows(journal)
        self.entries_of: Groups[str, EntryKey] = Groups(journal)
        self.keys: Rows[KeyId, Key] = Rows(journal)
        self.keys_of: Groups[TelegramId, KeyId] = Groups(journal)
        self.key_names: Rows[tuple[PanelId, str], KeyId] = Rows(journal)
        self.panels: Rows[PanelId, PanelRecord] = Rows(journal)
        self.promises: Rows[UUID, LeasedPromise] = Rows(journal)
        self.promises_of: Groups[TelegramId, UUID] = Groups(journal)
        self.dedupes: Rows[str, UUID] = Rows(journal)
        self.owed: Rows[UUID, None] = Rows(journal)
        self.audit: Rows[UUID, AuditRecord] = Rows(journal)


class Session:
    """One transaction's way to the shelves, closed when it ends. `changes` are told after its commit."""

    def __init__(self, shelves: Shelves) -> None:
        self.changes = Changes()
        self._shelves = shelves
        self._is_open = True

    @property
    def rows(self) -> Shelves:
        """The shelves. Raises TransactionOver when the transaction has ended."""
        if not self._is_open:
            raise TransactionOver("this transaction has ended; open another one with storage.transaction()")
        return self._shelves

    def end(self) -> None:
        """Nothing more is read or written through this session."""
        self._is_open = False

    def known_user(self, tg_id: TelegramId | None) -> None:
        """Nothing belongs to somebody who never pressed /start. Raises RecordConflict."""
        if tg_id is not None and tg_id not in self.rows.users:
            raise RecordConflict(f"there is no user {tg_id}")

"""Everything that is recorded, as tables in memory with their indexes."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from orbit_adapters.memory.undo_log import Groups, Rows, UndoLog
from orbit_domain.access.key import Key
from orbit_domain.access.repository import PanelRecord
from orbit_domain.ids import KeyId, Nonce, OrderId, PanelId, PaymentId, PlanCode, TelegramId
from orbit_domain.ledger.ledger import Entry, EntryKind
from orbit_domain.notice.repository import OutboxMessage
from orbit_domain.order.order import Order
from orbit_domain.payment.payment import Method, Payment
from orbit_domain.payment.receipt import Receipt
from orbit_domain.payment.transfer import Cursor, Transfer
from orbit_domain.plan.plan import Plan
from orbit_domain.storage import AdminAction, ChangeSet, StorageConflict
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
class LeasedMessage:
    """An outbox row, and until when its claimant has it."""

    message: OutboxMessage
    lease_until: datetime | None = None


class Tables:
    """All tables, under one journal. What isn't a table is an index, kept by the repository that owns it."""

    def __init__(self) -> None:
        self.undo_log = undo_log = UndoLog()
        self.users: Rows[TelegramId, User] = Rows(undo_log)
        self.subscriptions: Rows[TelegramId, Subscription] = Rows(undo_log)
        self.grants: Rows[str, Grant] = Rows(undo_log)
        self.grants_of: Groups[TelegramId, str] = Groups(undo_log)
        self.plans: Rows[PlanCode, Plan] = Rows(undo_log)
        self.orders: Rows[OrderId, Order] = Rows(undo_log)
        self.orders_of: Groups[TelegramId, OrderId] = Groups(undo_log)
        self.order_nonces: Rows[Nonce, OrderId] = Rows(undo_log)
        self.unfinished_orders: Rows[OrderId, None] = Rows(undo_log)
        self.payments: Rows[PaymentId, Payment] = Rows(undo_log)
        self.payments_of: Groups[TelegramId, PaymentId] = Groups(undo_log)
        self.payments_of_order: Groups[OrderId, PaymentId] = Groups(undo_log)
        self.payment_comments: Rows[str, PaymentId] = Rows(undo_log)
        self.pending: Rows[tuple[TelegramId, Method], PaymentId] = Rows(undo_log)
        self.receipts: Rows[ReceiptKey, Receipt] = Rows(undo_log)
        self.receipts_of: Groups[TelegramId, ReceiptKey] = Groups(undo_log)
        self.receipts_of_payment: Groups[PaymentId, ReceiptKey] = Groups(undo_log)
        self.nobodys_receipts: Rows[ReceiptKey, None] = Rows(undo_log)
        self.transfers: Rows[Place, LoggedTransfer] = Rows(undo_log)
        self.waiting_transfers: Rows[Place, None] = Rows(undo_log)
        self.cursors: Rows[str, Cursor] = Rows(undo_log)
        self.entries: Rows[EntryKey, Entry] = Rows(undo_log)
        self.entries_of: Groups[str, EntryKey] = Groups(undo_log)
        self.keys: Rows[KeyId, Key] = Rows(undo_log)
        self.keys_of: Groups[TelegramId, KeyId] = Groups(undo_log)
        self.key_names: Rows[tuple[PanelId, str], KeyId] = Rows(undo_log)
        self.panels: Rows[PanelId, PanelRecord] = Rows(undo_log)
        self.messages: Rows[UUID, LeasedMessage] = Rows(undo_log)
        self.promises_of: Groups[TelegramId, UUID] = Groups(undo_log)
        self.dedupes: Rows[str, UUID] = Rows(undo_log)
        self.owed: Rows[UUID, None] = Rows(undo_log)
        self.audit: Rows[UUID, AdminAction] = Rows(undo_log)


class Session:
    """One transaction's way to the shelves, closed when it ends. `changes` are told after its commit."""

    def __init__(self, tables: Tables) -> None:
        self.changes = ChangeSet()
        self._shelves = tables
        self._is_open = True

    @property
    def rows(self) -> Tables:
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

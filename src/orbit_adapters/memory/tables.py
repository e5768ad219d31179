"""Everything that is recorded, as tables in memory with their indexes."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from orbit_adapters.memory.undo_log import GroupedIndex, SortedIds, Table, UndoLog
from orbit_domain.access.key import Key
from orbit_domain.access.panel_connection import ConnectionDocument
from orbit_domain.access.repository import PanelRecord
from orbit_domain.broadcast.broadcast import Broadcast
from orbit_domain.gift.gift import Gift
from orbit_domain.ids import (
    BroadcastId,
    CaseId,
    ClaimId,
    KeyId,
    Nonce,
    OrderId,
    PanelId,
    PaymentId,
    PayoutId,
    PlanCode,
    PromoCode,
    TelegramId,
)
from orbit_domain.ledger.ledger import Entry, EntryKind
from orbit_domain.notice.invoice_message import InvoiceMessage
from orbit_domain.notice.priority import Priority
from orbit_domain.notice.repository import OutboxMessage
from orbit_domain.order.order import Order
from orbit_domain.payment.claim import ReceiptClaim
from orbit_domain.payment.due import DuePayment
from orbit_domain.payment.inbox import InboxEntry
from orbit_domain.payment.payment import Method, Payment
from orbit_domain.payment.payout import Payout
from orbit_domain.payment.payout_address import AddressLine
from orbit_domain.payment.ports import Rate
from orbit_domain.payment.receipt import Receipt
from orbit_domain.payment.source import Cursor
from orbit_domain.payment.source_record import SourceRecord
from orbit_domain.plan.plan import Plan
from orbit_domain.promo.promo import Promo, PromoUse
from orbit_domain.referral.referral import Referral
from orbit_domain.shop_chat.shop_chat import Purpose, ShopChat
from orbit_domain.shop_setting.setting import StoredSetting
from orbit_domain.storage import AdminAction, ChangeSet, StorageConflict
from orbit_domain.subscription.subscription import Grant, Subscription
from orbit_domain.subscription_link.device import LinkDevice
from orbit_domain.subscription_link.formats import SubscriptionFormat
from orbit_domain.subscription_link.good_copy import GoodCopy
from orbit_domain.subscription_link.link import SubscriptionLink
from orbit_domain.support.case import Case, CaseMessage
from orbit_domain.user.user import User

ReceiptKey = tuple[str, str]
EntryKey = tuple[EntryKind, str]


class RecordConflict(StorageConflict):
    """The new record contradicts an existing one: a duplicate of a unique value, or a missing owner."""


class TransactionClosed(RuntimeError):
    """A repository was used after its transaction had ended, or two transactions were opened in one another."""


@dataclass(frozen=True, slots=True)
class DueRow:
    """A row of the queue of payments, from when on it may be claimed, and what went wrong last."""

    due: DuePayment
    not_before: datetime
    last_error: str | None = None


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A row of the outbox, its place in the queue, and the end of its lease. What *is_erased* can't be read."""

    message: OutboxMessage
    priority: Priority
    lease_until: datetime | None = None
    is_erased: bool = False


class Tables:
    """All tables, with one undo log. What isn't a table is an index, maintained by the repository that owns it."""

    def __init__(self) -> None:
        self.undo_log = undo_log = UndoLog()
        self.users: Table[TelegramId, User] = Table(undo_log)
        self.user_ids = SortedIds(undo_log)
        self.subscriptions: Table[TelegramId, Subscription] = Table(undo_log)
        self.remind_at: Table[TelegramId, datetime] = Table(undo_log)
        self.grants: Table[str, Grant] = Table(undo_log)
        self.grants_of: GroupedIndex[TelegramId, str] = GroupedIndex(undo_log)
        self.plans: Table[PlanCode, Plan] = Table(undo_log)
        self.promos: Table[PromoCode, Promo] = Table(undo_log)
        self.referral_codes: Table[TelegramId, str] = Table(undo_log)
        self.invitations: Table[str, TelegramId] = Table(undo_log)
        self.referrals: Table[TelegramId, Referral] = Table(undo_log)
        self.promo_uses: Table[tuple[TelegramId, PromoCode], PromoUse] = Table(undo_log)
        self.orders: Table[OrderId, Order] = Table(undo_log)
        self.orders_of: GroupedIndex[TelegramId, OrderId] = GroupedIndex(undo_log)
        self.gifts: Table[OrderId, Gift] = Table(undo_log)
        self.gift_codes: Table[str, OrderId] = Table(undo_log)
        self.received_orders: GroupedIndex[TelegramId, OrderId] = GroupedIndex(undo_log)
        self.order_nonces: Table[Nonce, OrderId] = Table(undo_log)
        self.unfinished_orders: Table[OrderId, None] = Table(undo_log)
        self.payments: Table[PaymentId, Payment] = Table(undo_log)
        self.payments_of: GroupedIndex[TelegramId, PaymentId] = GroupedIndex(undo_log)
        self.payments_of_order: GroupedIndex[OrderId, PaymentId] = GroupedIndex(undo_log)
        self.payment_comments: Table[str, PaymentId] = Table(undo_log)
        self.pending_payments: Table[tuple[TelegramId, Method], PaymentId] = Table(undo_log)
        self.receipts: Table[ReceiptKey, Receipt] = Table(undo_log)
        self.receipts_of: GroupedIndex[TelegramId, ReceiptKey] = GroupedIndex(undo_log)
        self.receipts_of_payment: GroupedIndex[PaymentId, ReceiptKey] = GroupedIndex(undo_log)
        self.unassigned_receipts: Table[ReceiptKey, None] = Table(undo_log)
        self.receipt_claims: Table[ClaimId, ReceiptClaim] = Table(undo_log)
        self.payouts: Table[PayoutId, Payout] = Table(undo_log)
        self.payout_addresses: Table[tuple[PaymentId, int], AddressLine] = Table(undo_log)
        self.source_records: Table[ReceiptKey, SourceRecord] = Table(undo_log)
        self.records_seen_at: Table[ReceiptKey, datetime] = Table(undo_log)
        self.reversals: GroupedIndex[ReceiptKey, ReceiptKey] = GroupedIndex(undo_log)
        self.reversal_records: Table[ReceiptKey, None] = Table(undo_log)
        self.rates: Table[tuple[str, str, datetime], Rate] = Table(undo_log)
        self.payment_names: Table[tuple[Method, str], PaymentId] = Table(undo_log)
        self.payments_due: Table[PaymentId, DueRow] = Table(undo_log)
        self.inbox: Table[tuple[str, str], InboxEntry] = Table(undo_log)
        self.invoice_messages: Table[PaymentId, InvoiceMessage] = Table(undo_log)
        self.cursors: Table[str, Cursor] = Table(undo_log)
        self.entries: Table[EntryKey, Entry] = Table(undo_log)
        self.entries_of: GroupedIndex[str, EntryKey] = GroupedIndex(undo_log)
        self.keys: Table[KeyId, Key] = Table(undo_log)
        self.keys_of: GroupedIndex[TelegramId, KeyId] = GroupedIndex(undo_log)
        self.key_names: Table[tuple[PanelId, str], KeyId] = Table(undo_log)
        self.panels: Table[PanelId, PanelRecord] = Table(undo_log)
        self.subscription_links: Table[TelegramId, SubscriptionLink] = Table(undo_log)
        self.subscription_tokens: Table[str, TelegramId] = Table(undo_log)
        self.good_copies: Table[tuple[KeyId, SubscriptionFormat], GoodCopy] = Table(undo_log)
        self.link_devices: Table[tuple[TelegramId, str], LinkDevice] = Table(undo_log)
        self.panel_connections: Table[PanelId, ConnectionDocument] = Table(undo_log)
        self.settings: Table[str, StoredSetting] = Table(undo_log)
        self.audit: Table[UUID, AdminAction] = Table(undo_log)
        self._add_messages(undo_log)

    def _add_messages(self, undo_log: UndoLog) -> None:
        """What is written to people and chats."""
        self.shop_chats: Table[Purpose, ShopChat] = Table(undo_log)
        self.cases: Table[CaseId, Case] = Table(undo_log)
        self.case_messages: Table[UUID, CaseMessage] = Table(undo_log)
        self.case_posts: Table[tuple[int, int], CaseId] = Table(undo_log)
        self.broadcasts: Table[BroadcastId, Broadcast] = Table(undo_log)
        self.broadcasts_told: Table[BroadcastId, tuple[int, int]] = Table(undo_log)
        self.messages: Table[UUID, OutboxRow] = Table(undo_log)
        self.messages_of: GroupedIndex[TelegramId, UUID] = GroupedIndex(undo_log)
        self.dedupe_keys: Table[str, UUID] = Table(undo_log)
        self.undelivered: Table[UUID, None] = Table(undo_log)


class Session:
    """A transaction's access to the tables, closed when it ends. `changes` are passed on after its commit."""

    def __init__(self, tables: Tables) -> None:
        self.changes = ChangeSet()
        self._tables = tables
        self._is_open = True

    @property
    def tables(self) -> Tables:
        """The tables. Raises TransactionClosed when the transaction has ended."""
        if not self._is_open:
            raise TransactionClosed("this transaction has ended; open another one with storage.transaction()")
        return self._tables

    def end(self) -> None:
        """Nothing more is read or written through this session."""
        self._is_open = False

    def require_user(self, tg_id: TelegramId | None) -> None:
        """Check that the owner of a record exists. Raises RecordConflict."""
        if tg_id is not None and tg_id not in self.tables.users:
            raise RecordConflict(f"there is no user {tg_id}")

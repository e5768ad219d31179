"""What a settlement of many payments works on: rows as they were read, and what has become of them since."""

from dataclasses import dataclass, field
from datetime import datetime

from orbit_domain.access.key import Key
from orbit_domain.ids import KeyId, OrderId, PaymentId, TelegramId
from orbit_domain.ledger.ledger import BookedCredit, Entry, EntryKind
from orbit_domain.notice.invoice_message import InvoiceMessage
from orbit_domain.notice.repository import OutboxMessage
from orbit_domain.order.order import Order
from orbit_domain.payment.due import DuePayment
from orbit_domain.payment.payment import Payment
from orbit_domain.payment.receipt import Receipt
from orbit_domain.storage import StorageConflict
from orbit_domain.subscription.repository import Customer
from orbit_domain.subscription.subscription import Grant


class NotReadAhead(StorageConflict):
    """A settlement needs what wasn't read for it, or the database holds what wasn't expected.

    The transaction has to be rolled back, and the payments are settled one by one.
    """


@dataclass(slots=True)
class SettlementRows:
    """The rows by their names, as they are now in this transaction.

    `customers`, `payments` and `keys` are locked. `orders` are as they were read once their customers were locked;
    `read` keeps what they said then, so that none is changed that another transaction has changed since.
    """

    customers: dict[TelegramId, Customer] = field(default_factory=dict)
    payments: dict[PaymentId, Payment] = field(default_factory=dict)
    receipts: dict[PaymentId, dict[str, Receipt]] = field(default_factory=dict)
    credits: dict[PaymentId, dict[str, BookedCredit]] = field(default_factory=dict)
    owed: dict[TelegramId, int] = field(default_factory=dict)
    orders: dict[OrderId, Order] = field(default_factory=dict)
    read: dict[OrderId, Order] = field(default_factory=dict)
    newest: dict[TelegramId, OrderId | None] = field(default_factory=dict)
    messages: dict[PaymentId, InvoiceMessage | None] = field(default_factory=dict)
    messages_of: dict[OrderId, dict[PaymentId, InvoiceMessage]] = field(default_factory=dict)
    keys: dict[TelegramId, dict[KeyId, Key]] = field(default_factory=dict)
    grants: dict[TelegramId, list[Grant]] = field(default_factory=dict)
    new: "NewRows" = field(default_factory=lambda: NewRows())


@dataclass(slots=True)
class NewRows:
    """What the database doesn't have yet."""

    entries: dict[tuple[EntryKind, str], Entry] = field(default_factory=dict)
    balances: dict[TelegramId, int] = field(default_factory=dict)
    customers: set[TelegramId] = field(default_factory=set)
    payments: set[PaymentId] = field(default_factory=set)
    orders: set[OrderId] = field(default_factory=set)
    grants: dict[str, Grant] = field(default_factory=dict)
    keys: set[KeyId] = field(default_factory=set)
    changed_keys: set[KeyId] = field(default_factory=set)
    messages: dict[str, OutboxMessage] = field(default_factory=dict)
    finished: list[tuple[DuePayment, datetime]] = field(default_factory=list)

"""The tables, for PostgreSQL and SQLite. The domain defines what each means; this module defines how it is stored.

Migrations create them, and a test compares the two. A column of states has a CHECK, so that no invalid state is
stored.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    Table,
    UniqueConstraint,
    false,
    text,
    true,
)

from orbit_adapters.sql.columns import metadata, one_of, required
from orbit_adapters.sql.notice_settings import NOTICE_SWITCHES
from orbit_adapters.sql.types import Document, Identity, RowNumber, StorableText, UtcDateTime, WholeUnits
from orbit_domain.access.placement import PlacementState
from orbit_domain.ledger.ledger import EntryKind
from orbit_domain.order.order import OrderState
from orbit_domain.payment.payment import PaymentStatus
from orbit_domain.payment.receipt import MemoResult
from orbit_domain.user.user import Role

users = Table(
    "users",
    metadata,
    required("tg_id", BigInteger, primary_key=True, autoincrement=False),
    Column("username", StorableText),
    Column("username_folded", StorableText),
    required("lang", StorableText),
    required("balance", BigInteger),
    Column("subscription_end", UtcDateTime),
    Column("plan_code", StorableText),
    required("auto_renew", Boolean(create_constraint=False)),
    Column("trial_used_at", UtcDateTime),
    Column("referrer_id", BigInteger, ForeignKey("users.tg_id")),
    required("role", StorableText),
    Column("banned_at", UtcDateTime),
    Column("unreachable_at", UtcDateTime),
    required("created_at", UtcDateTime),
    # Since when only orders, payments and the ledger are left of the account.
    Column("deleted_at", UtcDateTime),
    *(required(name, Boolean(create_constraint=False), server_default=true()) for name in NOTICE_SWITCHES),
    # Full hours of the customer's clock, which is so many minutes ahead of UTC.
    *(Column(name, Integer) for name in ("quiet_begin", "quiet_end", "utc_offset")),
    # When the next reminder of the end of the period is looked at; NULL after the last one.
    Column("remind_at", UtcDateTime),
    # An upper bound too: a number beyond 64 bits becomes a float in SQLite, and must not be stored.
    CheckConstraint("balance >= 0 AND balance <= 1000000000000000000", name="balance_range"),
    one_of("role", Role),
)

plans = Table(
    "plans",
    metadata,
    required("code", StorableText, primary_key=True),
    required("titles", Document),
    required("days", Integer),
    required("price", BigInteger),
    required("currency", StorableText),
    required("traffic_bytes", BigInteger),
    required("keys", Integer),
    required("active", Boolean(create_constraint=False)),
    required("position", Integer),
    Column("price_before", BigInteger),
    Column("raised_at", UtcDateTime),
    CheckConstraint("price >= 0", name="price_not_negative"),
)

orders = Table(
    "orders",
    metadata,
    required("id", Identity, primary_key=True),
    required("tg_id", BigInteger, ForeignKey("users.tg_id")),
    required("nonce", StorableText, unique=True),
    required("plan", Document),
    required("price", BigInteger),
    required("currency", StorableText),
    required("state", StorableText),
    required("created_at", UtcDateTime),
    Column("paid_at", UtcDateTime),
    Column("delivered_at", UtcDateTime),
    # What the price is less than the plan's was, and by which code.
    required("discount", BigInteger, server_default=text("0")),
    Column("promo_code", StorableText),
    # A gift belongs to whoever has taken it. Not a foreign key: SQLite adds none to a table that is there.
    required("is_gift", Boolean(create_constraint=False), server_default=false()),
    Column("taken_by", BigInteger),
    Column("taken_at", UtcDateTime),
    CheckConstraint("price >= 0", name="price_not_negative"),
    one_of("state", OrderState),
)

payments = Table(
    "payments",
    metadata,
    required("id", Identity, primary_key=True),
    required("tg_id", BigInteger, ForeignKey("users.tg_id")),
    required("method", StorableText),
    required("amount", BigInteger),
    required("currency", StorableText),
    required("status", StorableText),
    Column("comment", StorableText),
    Column("tx_hash", StorableText),
    required("expected_crypto_amount", WholeUnits),
    required("quote", Document),
    Column("order_id", Identity, ForeignKey("orders.id")),
    Column("external_id", StorableText),
    required("created_at", UtcDateTime),
    required("expires_at", UtcDateTime),
    Column("confirmed_at", UtcDateTime),
    # Empty in rows that another shop's database brought along.
    required("source", StorableText, server_default=text("''")),
    Column("policy", Document),
    required("address", StorableText, server_default=text("''")),
    # When the customer cancelled it; NULL also when another request took its place.
    Column("cancelled_at", UtcDateTime),
    # How its repeated charges stand; NULL for one that doesn't repeat.
    Column("recurrence", StorableText),
    Column("charged_at", UtcDateTime),
    Column("recurrence_told_at", UtcDateTime),
    Column("card", StorableText),
    required("card_title", StorableText, server_default=text("''")),
    # What of its repeated charges the messenger is asked for until it has answered.
    Column("recurrence_wish", StorableText),
    CheckConstraint("amount >= 0", name="amount_not_negative"),
    one_of("status", PaymentStatus),
)

payments_due = Table(
    "payments_due",
    metadata,
    required("payment_id", Identity, ForeignKey("payments.id"), primary_key=True),
    required("revision", BigInteger),
    # A lease and a back-off are both a time before which the row isn't claimed.
    required("not_before", UtcDateTime),
    required("attempts", Integer),
    required("fence", BigInteger),
    Column("last_error", StorableText),
)

inbox = Table(
    "inbox",
    metadata,
    required("source", StorableText, primary_key=True),
    required("external_id", StorableText, primary_key=True),
    # The sender's own update as text, not JSONB: evidence isn't reformatted.
    required("payload", StorableText),
    required("received_at", UtcDateTime),
)

invoice_messages = Table(
    "invoice_messages",
    metadata,
    required("payment_id", Identity, ForeignKey("payments.id"), primary_key=True),
    required("chat_id", BigInteger),
    required("message_id", BigInteger),
    required("updated_at", UtcDateTime),
)

receipts = Table(
    "receipts",
    metadata,
    required("source", StorableText, primary_key=True),
    required("external_id", StorableText, primary_key=True),
    required("method", StorableText),
    required("asset", StorableText),
    required("decimals", Integer),
    required("units", WholeUnits),
    Column("tg_id", BigInteger, ForeignKey("users.tg_id")),
    Column("payment_id", Identity, ForeignKey("payments.id")),
    required("memo_result", StorableText),
    required("comment", StorableText),
    required("occurred_at", UtcDateTime),
    required("seen_at", UtcDateTime),
    one_of("memo_result", MemoResult),
)

ledger_entries = Table(
    "ledger_entries",
    metadata,
    required("id", RowNumber, primary_key=True),
    required("kind", StorableText),
    required("ref", StorableText),
    Column("corrects", StorableText),
    required("actor", StorableText),
    required("reason", StorableText),
    required("at", UtcDateTime),
    UniqueConstraint("kind", "ref"),
    one_of("kind", EntryKind),
)

ledger_postings = Table(
    "ledger_postings",
    metadata,
    required("entry_id", RowNumber, ForeignKey("ledger_entries.id"), primary_key=True, autoincrement=False),
    required("account", StorableText, primary_key=True),
    required("currency", StorableText, primary_key=True),
    required("decimals", Integer),
    required("units", WholeUnits),
    required("position", Integer),
    CheckConstraint("CAST(units AS NUMERIC) <> 0", name="units_not_zero"),
)

grants = Table(
    "grants",
    metadata,
    required("id", RowNumber, primary_key=True),
    required("cause", StorableText, unique=True),
    required("tg_id", BigInteger, ForeignKey("users.tg_id")),
    required("seconds", BigInteger),
    required("at", UtcDateTime),
)

configs = Table(
    "configs",
    metadata,
    required("id", Identity, primary_key=True),
    required("tg_id", BigInteger, ForeignKey("users.tg_id")),
    required("name", StorableText),
    required("number", Integer),
    required("credential", Identity),
    required("expires_at", UtcDateTime),
    required("traffic_bytes", BigInteger),
    required("status", StorableText),
    required("deleted", Boolean(create_constraint=False)),
    required("created_at", UtcDateTime),
    Column("region", StorableText),
    Column("nonce", StorableText),
    one_of("status", ("active", "disabled")),
)

placements = Table(
    "placements",
    metadata,
    required("key_id", Identity, ForeignKey("configs.id"), primary_key=True),
    required("number", Integer, primary_key=True, autoincrement=False),
    required("username", StorableText),
    required("state", StorableText),
    # Not a foreign key: keys of a panel that was removed from the shop must still be stored.
    Column("panel_id", StorableText),
    Column("node", StorableText),
    required("groups", Document),
    required("desired", BigInteger),
    required("applied", BigInteger),
    required("is_refused", Boolean(create_constraint=False)),
    Column("subscription_url", StorableText),
    required("links", Document),
    required("attempts", Integer),
    required("fence", BigInteger),
    Column("next_attempt_at", UtcDateTime),
    Column("last_error", StorableText),
    Column("confirmed_at", UtcDateTime),
    Column("rebalanced_at", UtcDateTime),
    one_of("state", PlacementState),
)

marzban_instances = Table(
    "marzban_instances",
    metadata,
    required("id", StorableText, primary_key=True),
    required("kind", StorableText),
    required("name", StorableText),
    required("is_active", Boolean(create_constraint=False)),
    required("priority", Integer),
    Column("capacity", Integer),
    required("regions", Document),
    required("excluded_node_names", Document),
    required("draining", Boolean(create_constraint=False)),
    # How it is reached, its secrets sealed; empty for the panel of the settings.
    required("connection", Document, server_default=text("'{}'")),
    # The row of a panel that isn't one of the shop's any more stays: keys and admin actions name it.
    required("removed", Boolean(create_constraint=False), server_default=false()),
    # The worker moves its keys elsewhere.
    required("evacuating", Boolean(create_constraint=False), server_default=false()),
)

outbox = Table(
    "outbox",
    metadata,
    required("id", Identity, primary_key=True),
    required("topic", StorableText),
    # Not a foreign key: the owner gets notices too, and may never have pressed /start.
    required("tg_id", BigInteger),
    required("dedupe", StorableText, unique=True),
    required("payload", Document),
    required("not_before", UtcDateTime),
    required("attempts", Integer),
    Column("lease_until", UtcDateTime),
    required("fence", BigInteger),
    Column("done_at", UtcDateTime),
    Column("dead_at", UtcDateTime),
    Column("last_error", StorableText),
    required("priority", Integer, server_default=text("0")),
    Column("dropped_reason", StorableText),
)

audit = Table(
    "audit",
    metadata,
    required("id", Identity, primary_key=True),
    required("actor", StorableText),
    required("action", StorableText),
    required("subject", StorableText),
    required("reason", StorableText),
    required("at", UtcDateTime),
)

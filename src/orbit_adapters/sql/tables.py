"""The tables, for PostgreSQL and SQLite. The domain defines what each means; this module defines how it is stored.

Migrations create them, and a test compares the two. A column of states has a CHECK, so that no invalid state is
stored.
"""

from collections.abc import Iterable
from functools import partial

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    MetaData,
    Table,
    UniqueConstraint,
    text,
)

from orbit_adapters.sql.types import Document, Identity, RowNumber, StorableText, UtcDateTime, WholeUnits
from orbit_domain.ledger.ledger import EntryKind
from orbit_domain.order.order import OrderState
from orbit_domain.payment.payment import PaymentStatus
from orbit_domain.payment.receipt import MemoResult
from orbit_domain.payment.transfer import CommentKind, TransferClass
from orbit_domain.user.user import Role

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(column_0_name)s_fkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s",
    }
)

_required = partial(Column, nullable=False)


def _one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


users = Table(
    "users",
    metadata,
    _required("tg_id", BigInteger, primary_key=True, autoincrement=False),
    Column("username", StorableText),
    Column("username_folded", StorableText),
    _required("lang", StorableText),
    _required("balance", BigInteger),
    Column("subscription_end", UtcDateTime),
    Column("plan_code", StorableText),
    _required("auto_renew", Boolean(create_constraint=False)),
    Column("trial_used_at", UtcDateTime),
    Column("referrer_id", BigInteger, ForeignKey("users.tg_id")),
    _required("role", StorableText),
    Column("banned_at", UtcDateTime),
    Column("unreachable_at", UtcDateTime),
    _required("notify", Boolean(create_constraint=False)),
    _required("created_at", UtcDateTime),
    # An upper bound too: a number beyond 64 bits becomes a float in SQLite, and must not be stored.
    CheckConstraint("balance >= 0 AND balance <= 1000000000000000000", name="balance_range"),
    _one_of("role", Role),
)

plans = Table(
    "plans",
    metadata,
    _required("code", StorableText, primary_key=True),
    _required("titles", Document),
    _required("days", Integer),
    _required("price", BigInteger),
    _required("currency", StorableText),
    _required("traffic_bytes", BigInteger),
    _required("keys", Integer),
    _required("active", Boolean(create_constraint=False)),
    _required("position", Integer),
    CheckConstraint("price >= 0", name="price_not_negative"),
)

orders = Table(
    "orders",
    metadata,
    _required("id", Identity, primary_key=True),
    _required("tg_id", BigInteger, ForeignKey("users.tg_id")),
    _required("nonce", StorableText, unique=True),
    _required("plan", Document),
    _required("price", BigInteger),
    _required("currency", StorableText),
    _required("state", StorableText),
    _required("created_at", UtcDateTime),
    Column("paid_at", UtcDateTime),
    Column("delivered_at", UtcDateTime),
    CheckConstraint("price >= 0", name="price_not_negative"),
    _one_of("state", OrderState),
)

payments = Table(
    "payments",
    metadata,
    _required("id", Identity, primary_key=True),
    _required("tg_id", BigInteger, ForeignKey("users.tg_id")),
    _required("method", StorableText),
    _required("amount", BigInteger),
    _required("currency", StorableText),
    _required("status", StorableText),
    Column("comment", StorableText),
    Column("tx_hash", StorableText),
    _required("expected_crypto_amount", WholeUnits),
    _required("quote", Document),
    Column("order_id", Identity, ForeignKey("orders.id")),
    Column("external_id", StorableText),
    _required("created_at", UtcDateTime),
    _required("expires_at", UtcDateTime),
    Column("confirmed_at", UtcDateTime),
    CheckConstraint("amount >= 0", name="amount_not_negative"),
    _one_of("status", PaymentStatus),
)

payments_due = Table(
    "payments_due",
    metadata,
    _required("payment_id", Identity, ForeignKey("payments.id"), primary_key=True),
    _required("revision", BigInteger),
    # A lease and a back-off are both a time before which the row isn't claimed.
    _required("not_before", UtcDateTime),
    _required("attempts", Integer),
    _required("fence", BigInteger),
    Column("last_error", StorableText),
)

inbox = Table(
    "inbox",
    metadata,
    _required("source", StorableText, primary_key=True),
    _required("external_id", StorableText, primary_key=True),
    # The sender's own update as text, not JSONB: evidence isn't reformatted.
    _required("payload", StorableText),
    _required("received_at", UtcDateTime),
)

receipts = Table(
    "receipts",
    metadata,
    _required("source", StorableText, primary_key=True),
    _required("external_id", StorableText, primary_key=True),
    _required("method", StorableText),
    _required("asset", StorableText),
    _required("decimals", Integer),
    _required("units", WholeUnits),
    Column("tg_id", BigInteger, ForeignKey("users.tg_id")),
    Column("payment_id", Identity, ForeignKey("payments.id")),
    _required("memo_result", StorableText),
    _required("comment", StorableText),
    _required("occurred_at", UtcDateTime),
    _required("seen_at", UtcDateTime),
    _one_of("memo_result", MemoResult),
)

ton_transactions = Table(
    "ton_transactions",
    metadata,
    _required("network", StorableText, primary_key=True),
    _required("account", StorableText, primary_key=True),
    _required("lt", BigInteger, primary_key=True, autoincrement=False),
    _required("tx_hash", StorableText),
    _required("prev_lt", BigInteger),
    _required("prev_hash", StorableText),
    _required("asset", StorableText),
    _required("decimals", Integer),
    _required("amount", WholeUnits),
    Column("sender", StorableText),
    _required("comment_kind", StorableText),
    _required("comment", StorableText),
    _required("class", StorableText),
    _required("occurred_at", UtcDateTime),
    # The provider's own text, not JSONB: evidence isn't reformatted.
    _required("raw", StorableText),
    _required("created_at", UtcDateTime),
    Column("processed_at", UtcDateTime),
    _one_of("comment_kind", CommentKind),
    _one_of("class", TransferClass),
)

cursors = Table(
    "cursors",
    metadata,
    _required("source", StorableText, primary_key=True),
    _required("lt", BigInteger),
    _required("hash", StorableText),
    Column("watermark", UtcDateTime),
)

ledger_entries = Table(
    "ledger_entries",
    metadata,
    _required("id", RowNumber, primary_key=True),
    _required("kind", StorableText),
    _required("ref", StorableText),
    Column("corrects", StorableText),
    _required("actor", StorableText),
    _required("reason", StorableText),
    _required("at", UtcDateTime),
    UniqueConstraint("kind", "ref"),
    _one_of("kind", EntryKind),
)

ledger_postings = Table(
    "ledger_postings",
    metadata,
    _required("entry_id", RowNumber, ForeignKey("ledger_entries.id"), primary_key=True, autoincrement=False),
    _required("account", StorableText, primary_key=True),
    _required("currency", StorableText, primary_key=True),
    _required("decimals", Integer),
    _required("units", WholeUnits),
    _required("position", Integer),
    CheckConstraint("CAST(units AS NUMERIC) <> 0", name="units_not_zero"),
)

grants = Table(
    "grants",
    metadata,
    _required("id", RowNumber, primary_key=True),
    _required("cause", StorableText, unique=True),
    _required("tg_id", BigInteger, ForeignKey("users.tg_id")),
    _required("seconds", BigInteger),
    _required("at", UtcDateTime),
)

configs = Table(
    "configs",
    metadata,
    _required("id", Identity, primary_key=True),
    _required("tg_id", BigInteger, ForeignKey("users.tg_id")),
    _required("name", StorableText),
    _required("number", Integer),
    _required("username", StorableText),
    _required("credential", Identity),
    # Not a foreign key: keys of a panel that was removed from the settings must still be stored.
    Column("panel_id", StorableText),
    Column("node", StorableText),
    _required("placement", Document),
    Column("subscription_url", StorableText),
    _required("links", Document),
    _required("expires_at", UtcDateTime),
    _required("traffic_bytes", BigInteger),
    _required("status", StorableText),
    _required("desired", BigInteger),
    _required("applied", BigInteger),
    _required("attempts", Integer),
    _required("fence", BigInteger),
    Column("next_attempt_at", UtcDateTime),
    Column("last_error", StorableText),
    _required("deleted", Boolean(create_constraint=False)),
    _required("created_at", UtcDateTime),
    _one_of("status", ("active", "disabled")),
)

marzban_instances = Table(
    "marzban_instances",
    metadata,
    _required("id", StorableText, primary_key=True),
    _required("kind", StorableText),
    _required("name", StorableText),
    _required("is_active", Boolean(create_constraint=False)),
    _required("priority", Integer),
    Column("capacity", Integer),
    _required("regions", Document),
    _required("excluded_node_names", Document),
    _required("draining", Boolean(create_constraint=False)),
)

outbox = Table(
    "outbox",
    metadata,
    _required("id", Identity, primary_key=True),
    _required("topic", StorableText),
    # Not a foreign key: the owner gets notices too, and may never have pressed /start.
    _required("tg_id", BigInteger),
    _required("dedupe", StorableText, unique=True),
    _required("payload", Document),
    _required("not_before", UtcDateTime),
    _required("attempts", Integer),
    Column("lease_until", UtcDateTime),
    _required("fence", BigInteger),
    Column("done_at", UtcDateTime),
    Column("dead_at", UtcDateTime),
    Column("last_error", StorableText),
    _required("priority", Integer, server_default=text("0")),
    Column("dropped_reason", StorableText),
)

audit = Table(
    "audit",
    metadata,
    _required("id", Identity, primary_key=True),
    _required("actor", StorableText),
    _required("action", StorableText),
    _required("subject", StorableText),
    _required("reason", StorableText),
    _required("at", UtcDateTime),
)

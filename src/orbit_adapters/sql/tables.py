"""The tables, for PostgreSQL and SQLite alike. What each means is said in the domain; here is how it is kept.

Migrations make them; a test holds the two together. States carry a CHECK, so that no
typing error outlives its statement.
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
)

from orbit_adapters.sql.types import Document, Identity, RowNumber, UtcDateTime, WholeUnits, Words
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

_must = partial(Column, nullable=False)


def _one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


users = Table(
    "users",
    metadata,
    _must("tg_id", BigInteger, primary_key=True, autoincrement=False),
    Column("username", Words),
    Column("username_folded", Words),
    _must("lang", Words),
    _must("balance", BigInteger),
    Column("subscription_end", UtcDateTime),
    Column("plan_code", Words),
    _must("auto_renew", Boolean(create_constraint=False)),
    Column("trial_used_at", UtcDateTime),
    Column("referrer_id", BigInteger, ForeignKey("users.tg_id")),
    _must("role", Words),
    Column("banned_at", UtcDateTime),
    Column("unreachable_at", UtcDateTime),
    _must("notify", Boolean(create_constraint=False)),
    _must("created_at", UtcDateTime),
    # An upper bound too: a sum that outgrows 64 bits becomes a float in SQLite, and must not pass unseen.
    CheckConstraint("balance >= 0 AND balance <= 1000000000000000000", name="balance_range"),
    _one_of("role", Role),
)

plans = Table(
    "plans",
    metadata,
    _must("code", Words, primary_key=True),
    _must("titles", Document),
    _must("days", Integer),
    _must("price", BigInteger),
    _must("currency", Words),
    _must("traffic_bytes", BigInteger),
    _must("keys", Integer),
    _must("active", Boolean(create_constraint=False)),
    _must("position", Integer),
    CheckConstraint("price >= 0", name="price_not_negative"),
)

orders = Table(
    "orders",
    metadata,
    _must("id", Identity, primary_key=True),
    _must("tg_id", BigInteger, ForeignKey("users.tg_id")),
    _must("nonce", Words, unique=True),
    _must("plan", Document),
    _must("price", BigInteger),
    _must("currency", Words),
    _must("state", Words),
    _must("created_at", UtcDateTime),
    Column("paid_at", UtcDateTime),
    Column("delivered_at", UtcDateTime),
    CheckConstraint("price >= 0", name="price_not_negative"),
    _one_of("state", OrderState),
)

payments = Table(
    "payments",
    metadata,
    _must("id", Identity, primary_key=True),
    _must("tg_id", BigInteger, ForeignKey("users.tg_id")),
    _must("method", Words),
    _must("amount", BigInteger),
    _must("currency", Words),
    _must("status", Words),
    Column("comment", Words),
    Column("tx_hash", Words),
    _must("expected_crypto_amount", WholeUnits),
    _must("quote", Document),
    Column("order_id", Identity, ForeignKey("orders.id")),
    Column("external_id", Words),
    _must("created_at", UtcDateTime),
    _must("expires_at", UtcDateTime),
    Column("confirmed_at", UtcDateTime),
    CheckConstraint("amount >= 0", name="amount_not_negative"),
    _one_of("status", PaymentStatus),
)

receipts = Table(
    "receipts",
    metadata,
    _must("source", Words, primary_key=True),
    _must("external_id", Words, primary_key=True),
    _must("method", Words),
    _must("asset", Words),
    _must("decimals", Integer),
    _must("units", WholeUnits),
    Column("tg_id", BigInteger, ForeignKey("users.tg_id")),
    Column("payment_id", Identity, ForeignKey("payments.id")),
    _must("memo_result", Words),
    _must("comment", Words),
    _must("occurred_at", UtcDateTime),
    _must("seen_at", UtcDateTime),
    _one_of("memo_result", MemoResult),
)

ton_transactions = Table(
    "ton_transactions",
    metadata,
    _must("network", Words, primary_key=True),
    _must("account", Words, primary_key=True),
    _must("lt", BigInteger, primary_key=True, autoincrement=False),
    _must("tx_hash", Words),
    _must("prev_lt", BigInteger),
    _must("prev_hash", Words),
    _must("asset", Words),
    _must("decimals", Integer),
    _must("amount", WholeUnits),
    Column("sender", Words),
    _must("comment_kind", Words),
    _must("comment", Words),
    _must("class", Words),
    _must("occurred_at", UtcDateTime),
    # The provider's own text, not JSONB: what is evidence isn't rewritten.
    _must("raw", Words),
    _must("created_at", UtcDateTime),
    Column("processed_at", UtcDateTime),
    _one_of("comment_kind", CommentKind),
    _one_of("class", TransferClass),
)

cursors = Table(
    "cursors",
    metadata,
    _must("source", Words, primary_key=True),
    _must("lt", BigInteger),
    _must("hash", Words),
    Column("watermark", UtcDateTime),
)

ledger_entries = Table(
    "ledger_entries",
    metadata,
    _must("id", RowNumber, primary_key=True),
    _must("kind", Words),
    _must("ref", Words),
    Column("corrects", Words),
    _must("actor", Words),
    _must("reason", Words),
    _must("at", UtcDateTime),
    UniqueConstraint("kind", "ref"),
    _one_of("kind", EntryKind),
)

ledger_postings = Table(
    "ledger_postings",
    metadata,
    _must("entry_id", RowNumber, ForeignKey("ledger_entries.id"), primary_key=True, autoincrement=False),
    _must("account", Words, primary_key=True),
    _must("currency", Words, primary_key=True),
    _must("decimals", Integer),
    _must("units", WholeUnits),
    _must("position", Integer),
    CheckConstraint("CAST(units AS NUMERIC) <> 0", name="units_not_zero"),
)

grants = Table(
    "grants",
    metadata,
    _must("id", RowNumber, primary_key=True),
    _must("cause", Words, unique=True),
    _must("tg_id", BigInteger, ForeignKey("users.tg_id")),
    _must("seconds", BigInteger),
    _must("at", UtcDateTime),
)

configs = Table(
    "configs",
    metadata,
    _must("id", Identity, primary_key=True),
    _must("tg_id", BigInteger, ForeignKey("users.tg_id")),
    _must("name", Words),
    _must("number", Integer),
    _must("username", Words),
    _must("credential", Identity),
    # Not a foreign key: a panel that left the settings must not make its keys unrecordable.
    Column("panel_id", Words),
    Column("node", Words),
    _must("placement", Document),
    Column("subscription_url", Words),
    _must("links", Document),
    _must("expires_at", UtcDateTime),
    _must("traffic_bytes", BigInteger),
    _must("status", Words),
    _must("desired", BigInteger),
    _must("applied", BigInteger),
    _must("attempts", Integer),
    _must("fence", BigInteger),
    Column("next_attempt_at", UtcDateTime),
    Column("last_error", Words),
    _must("deleted", Boolean(create_constraint=False)),
    _must("created_at", UtcDateTime),
    _one_of("status", ("active", "disabled")),
)

marzban_instances = Table(
    "marzban_instances",
    metadata,
    _must("id", Words, primary_key=True),
    _must("kind", Words),
    _must("name", Words),
    _must("is_active", Boolean(create_constraint=False)),
    _must("priority", Integer),
    Column("capacity", Integer),
    _must("regions", Document),
    _must("excluded_node_names", Document),
    _must("draining", Boolean(create_constraint=False)),
)

outbox = Table(
    "outbox",
    metadata,
    _must("id", Identity, primary_key=True),
    _must("topic", Words),
    # Not a foreign key: the owner is told things too, and may never have pressed /start.
    _must("tg_id", BigInteger),
    _must("dedupe", Words, unique=True),
    _must("payload", Document),
    _must("not_before", UtcDateTime),
    _must("attempts", Integer),
    Column("lease_until", UtcDateTime),
    _must("fence", BigInteger),
    Column("done_at", UtcDateTime),
    Column("dead_at", UtcDateTime),
    Column("last_error", Words),
)

audit = Table(
    "audit",
    metadata,
    _must("id", Identity, primary_key=True),
    _must("actor", Words),
    _must("action", Words),
    _must("subject", Words),
    _must("reason", Words),
    _must("at", UtcDateTime),
)

"""Users, plans, orders, payments, keys, panels and the outbox."""

import sqlalchemy as sa
from alembic import op

from orbit_adapters.sql.migrations.append_only import is_postgresql
from orbit_adapters.sql.types import Document, Identity, StorableText, UtcDateTime, WholeUnits

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_INDEXES: tuple[tuple[str, str, list[str], str | None, bool], ...] = (
    ("idx_users_created_at", "users", ["created_at"], None, False),
    ("idx_users_referrer", "users", ["referrer_id"], "referrer_id IS NOT NULL", False),
    ("idx_users_search", "users", ["username_folded"], None, False),
    ("idx_users_subscription_end", "users", ["subscription_end"], "subscription_end IS NOT NULL", False),
    ("idx_orders_open", "orders", ["tg_id"], "state IN ('open', 'paid')", False),
    ("idx_orders_unfinished", "orders", ["created_at"], "state IN ('open', 'paid')", False),
    ("idx_orders_user", "orders", ["tg_id"], None, False),
    ("idx_payments_comment", "payments", ["comment"], "comment IS NOT NULL", True),
    ("idx_payments_confirmed_at", "payments", ["confirmed_at"], "status = 'confirmed'", False),
    ("idx_payments_created_at", "payments", ["created_at"], None, False),
    ("idx_payments_order", "payments", ["order_id"], "order_id IS NOT NULL", False),
    ("idx_payments_status_method", "payments", ["status", "method"], None, False),
    ("idx_payments_tx_hash", "payments", ["tx_hash"], "tx_hash IS NOT NULL", False),
    ("idx_payments_unique_pending", "payments", ["tg_id", "method"], "status = 'pending'", True),
    ("idx_payments_user", "payments", ["tg_id", "created_at"], None, False),
    ("idx_configs_due", "configs", ["next_attempt_at"], "desired > applied", False),
    ("idx_configs_tg_id_deleted", "configs", ["tg_id", "deleted"], None, False),
    ("idx_configs_username", "configs", ["panel_id", "username"], "deleted = 0", True),
    ("idx_outbox_due", "outbox", ["not_before"], "done_at IS NULL AND dead_at IS NULL", False),
    ("idx_outbox_user", "outbox", ["tg_id"], None, False),
)
"""Name, table, columns, the condition of a partial one, and whether it is unique."""


def upgrade() -> None:
    """Create the tables and indexes."""
    _users()
    _plans()
    _orders()
    _payments()
    _configs()
    _marzban_instances()
    _outbox()
    for name, table, columns, condition, unique in _INDEXES:
        where = sa.text(_in_dialect(condition)) if condition else None
        op.create_index(name, table, columns, unique=unique, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Drop the tables with all rows."""
    for table in (
        "outbox",
        "marzban_instances",
        "configs",
        "payments",
        "orders",
        "plans",
        "users",
    ):
        op.drop_table(table)


def _in_dialect(condition: str) -> str:
    return condition.replace("deleted = 0", "deleted = false") if is_postgresql() else condition


def _users() -> None:
    op.create_table(
        "users",
        sa.Column("tg_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("username", StorableText()),
        sa.Column("username_folded", StorableText()),
        sa.Column("lang", StorableText(), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column("subscription_end", UtcDateTime()),
        sa.Column("plan_code", StorableText()),
        sa.Column("auto_renew", sa.Boolean(), nullable=False),
        sa.Column("trial_used_at", UtcDateTime()),
        sa.Column("referrer_id", sa.BigInteger(), sa.ForeignKey("users.tg_id")),
        sa.Column("role", StorableText(), nullable=False),
        sa.Column("banned_at", UtcDateTime()),
        sa.Column("unreachable_at", UtcDateTime()),
        sa.Column("notify", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("balance >= 0 AND balance <= 1000000000000000000", name="balance_range"),
        sa.CheckConstraint("role IN ('customer', 'support', 'admin', 'owner')", name="role_known"),
    )


def _plans() -> None:
    op.create_table(
        "plans",
        sa.Column("code", StorableText(), primary_key=True),
        sa.Column("titles", Document(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("currency", StorableText(), nullable=False),
        sa.Column("traffic_bytes", sa.BigInteger(), nullable=False),
        sa.Column("keys", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("price >= 0", name="price_not_negative"),
    )


def _orders() -> None:
    op.create_table(
        "orders",
        sa.Column("id", Identity(), primary_key=True),
        sa.Column("tg_id", sa.BigInteger(), sa.ForeignKey("users.tg_id"), nullable=False),
        sa.Column("nonce", StorableText(), nullable=False, unique=True),
        sa.Column("plan", Document(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("currency", StorableText(), nullable=False),
        sa.Column("state", StorableText(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("paid_at", UtcDateTime()),
        sa.Column("delivered_at", UtcDateTime()),
        sa.CheckConstraint("price >= 0", name="price_not_negative"),
        sa.CheckConstraint("state IN ('open', 'paid', 'delivered', 'cancelled', 'refunded')", name="state_known"),
    )


def _payments() -> None:
    op.create_table(
        "payments",
        sa.Column("id", Identity(), primary_key=True),
        sa.Column("tg_id", sa.BigInteger(), sa.ForeignKey("users.tg_id"), nullable=False),
        sa.Column("method", StorableText(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", StorableText(), nullable=False),
        sa.Column("status", StorableText(), nullable=False),
        sa.Column("comment", StorableText()),
        sa.Column("tx_hash", StorableText()),
        sa.Column("expected_crypto_amount", WholeUnits(), nullable=False),
        sa.Column("quote", Document(), nullable=False),
        sa.Column("order_id", Identity(), sa.ForeignKey("orders.id")),
        sa.Column("external_id", StorableText()),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("confirmed_at", UtcDateTime()),
        sa.CheckConstraint("amount >= 0", name="amount_not_negative"),
        sa.CheckConstraint("status IN ('pending', 'confirmed', 'expired', 'cancelled')", name="status_known"),
    )


def _configs() -> None:
    op.create_table(
        "configs",
        sa.Column("id", Identity(), primary_key=True),
        sa.Column("tg_id", sa.BigInteger(), sa.ForeignKey("users.tg_id"), nullable=False),
        sa.Column("name", StorableText(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("username", StorableText(), nullable=False),
        sa.Column("credential", Identity(), nullable=False),
        sa.Column("panel_id", StorableText()),
        sa.Column("node", StorableText()),
        sa.Column("placement", Document(), nullable=False),
        sa.Column("subscription_url", StorableText()),
        sa.Column("links", Document(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("traffic_bytes", sa.BigInteger(), nullable=False),
        sa.Column("status", StorableText(), nullable=False),
        sa.Column("desired", sa.BigInteger(), nullable=False),
        sa.Column("applied", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("next_attempt_at", UtcDateTime()),
        sa.Column("last_error", StorableText()),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("status IN ('active', 'disabled')", name="status_known"),
    )


def _marzban_instances() -> None:
    op.create_table(
        "marzban_instances",
        sa.Column("id", StorableText(), primary_key=True),
        sa.Column("kind", StorableText(), nullable=False),
        sa.Column("name", StorableText(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Integer()),
        sa.Column("regions", Document(), nullable=False),
        sa.Column("excluded_node_names", Document(), nullable=False),
        sa.Column("draining", sa.Boolean(), nullable=False),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", Identity(), primary_key=True),
        sa.Column("topic", StorableText(), nullable=False),
        sa.Column("tg_id", sa.BigInteger(), nullable=False),
        sa.Column("dedupe", StorableText(), nullable=False, unique=True),
        sa.Column("payload", Document(), nullable=False),
        sa.Column("not_before", UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", UtcDateTime()),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("done_at", UtcDateTime()),
        sa.Column("dead_at", UtcDateTime()),
        sa.Column("last_error", StorableText()),
    )

"""Receipts, chain transactions, cursors, the ledger, grants and the admin log."""

import sqlalchemy as sa
from alembic import op

from orbit_adapters.sql.migrations.append_only import begin_protection, end_protection, protect
from orbit_adapters.sql.types import Identity, RowNumber, StorableText, UtcDateTime, WholeUnits

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_APPEND_ONLY = ("receipts", "ledger_entries", "ledger_postings", "grants", "audit")
_INDEXES: tuple[tuple[str, str, list[str], str | None, bool], ...] = (
    ("idx_receipts_nobodys", "receipts", ["occurred_at"], "tg_id IS NULL", False),
    ("idx_receipts_payment", "receipts", ["payment_id"], "payment_id IS NOT NULL", False),
    ("idx_receipts_user", "receipts", ["tg_id"], "tg_id IS NOT NULL", False),
    (
        "idx_ton_tx_comment_amount",
        "ton_transactions",
        ["comment", "amount"],
        "processed_at IS NULL AND length(comment) <= 64",
        False,
    ),
    ("idx_ton_tx_lt", "ton_transactions", ["lt"], None, False),
    ("idx_ton_tx_unprocessed", "ton_transactions", ["lt"], "processed_at IS NULL", False),
    ("idx_postings_account", "ledger_postings", ["account"], None, False),
    ("idx_grants_user", "grants", ["tg_id"], None, False),
    ("idx_audit_subject", "audit", ["subject", "at"], None, False),
)
"""Name, table, columns, the condition of a partial one, and whether it is unique."""


def upgrade() -> None:
    """Create the tables, indexes and triggers."""
    _receipts()
    _ton_transactions()
    _cursors()
    _ledger_entries()
    _ledger_postings()
    _grants()
    _audit()
    for name, table, columns, condition, unique in _INDEXES:
        where = sa.text(condition) if condition else None
        op.create_index(name, table, columns, unique=unique, sqlite_where=where, postgresql_where=where)
    begin_protection()
    for table in _APPEND_ONLY:
        protect(table)


def downgrade() -> None:
    """Drop the tables with all rows."""
    for table in (
        "audit",
        "grants",
        "ledger_postings",
        "ledger_entries",
        "cursors",
        "ton_transactions",
        "receipts",
    ):
        op.drop_table(table)
    end_protection()


def _receipts() -> None:
    op.create_table(
        "receipts",
        sa.Column("source", StorableText(), primary_key=True),
        sa.Column("external_id", StorableText(), primary_key=True),
        sa.Column("method", StorableText(), nullable=False),
        sa.Column("asset", StorableText(), nullable=False),
        sa.Column("decimals", sa.Integer(), nullable=False),
        sa.Column("units", WholeUnits(), nullable=False),
        sa.Column("tg_id", sa.BigInteger(), sa.ForeignKey("users.tg_id")),
        sa.Column("payment_id", Identity(), sa.ForeignKey("payments.id")),
        sa.Column("memo_result", StorableText(), nullable=False),
        sa.Column("comment", StorableText(), nullable=False),
        sa.Column("occurred_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "memo_result IN ('matched', 'extracted', 'missing', 'unknown', 'garbled', 'unreadable')",
            name="memo_result_known",
        ),
    )


def _ton_transactions() -> None:
    op.create_table(
        "ton_transactions",
        sa.Column("network", StorableText(), primary_key=True),
        sa.Column("account", StorableText(), primary_key=True),
        sa.Column("lt", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("tx_hash", StorableText(), nullable=False),
        sa.Column("prev_lt", sa.BigInteger(), nullable=False),
        sa.Column("prev_hash", StorableText(), nullable=False),
        sa.Column("asset", StorableText(), nullable=False),
        sa.Column("decimals", sa.Integer(), nullable=False),
        sa.Column("amount", WholeUnits(), nullable=False),
        sa.Column("sender", StorableText()),
        sa.Column("comment_kind", StorableText(), nullable=False),
        sa.Column("comment", StorableText(), nullable=False),
        sa.Column("class", StorableText(), nullable=False),
        sa.Column("occurred_at", UtcDateTime(), nullable=False),
        sa.Column("raw", StorableText(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("processed_at", UtcDateTime()),
        sa.CheckConstraint(
            "comment_kind IN ('empty', 'text', 'binary', 'encrypted', 'opcode', 'too_long', 'malformed')",
            name="comment_kind_known",
        ),
        sa.CheckConstraint(
            "class IN ('deposit', 'own_send', 'refund_bounced', 'internal', 'rejected', 'fake_jetton', "
            "'excesses', 'noise', 'unsupported_asset', 'review')",
            name="class_known",
        ),
    )


def _cursors() -> None:
    op.create_table(
        "cursors",
        sa.Column("source", StorableText(), primary_key=True),
        sa.Column("lt", sa.BigInteger(), nullable=False),
        sa.Column("hash", StorableText(), nullable=False),
        sa.Column("watermark", UtcDateTime()),
    )


def _ledger_entries() -> None:
    op.create_table(
        "ledger_entries",
        sa.Column("id", RowNumber, primary_key=True),
        sa.Column("kind", StorableText(), nullable=False),
        sa.Column("ref", StorableText(), nullable=False),
        sa.Column("corrects", StorableText()),
        sa.Column("actor", StorableText(), nullable=False),
        sa.Column("reason", StorableText(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.UniqueConstraint("kind", "ref"),
        sa.CheckConstraint("kind IN ('receipt', 'credit', 'order', 'refund', 'adjustment')", name="kind_known"),
    )


def _ledger_postings() -> None:
    op.create_table(
        "ledger_postings",
        sa.Column("entry_id", RowNumber, sa.ForeignKey("ledger_entries.id"), primary_key=True, autoincrement=False),
        sa.Column("account", StorableText(), primary_key=True),
        sa.Column("currency", StorableText(), primary_key=True),
        sa.Column("decimals", sa.Integer(), nullable=False),
        sa.Column("units", WholeUnits(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("CAST(units AS NUMERIC) <> 0", name="units_not_zero"),
    )


def _grants() -> None:
    op.create_table(
        "grants",
        sa.Column("id", RowNumber, primary_key=True),
        sa.Column("cause", StorableText(), nullable=False, unique=True),
        sa.Column("tg_id", sa.BigInteger(), sa.ForeignKey("users.tg_id"), nullable=False),
        sa.Column("seconds", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", Identity(), primary_key=True),
        sa.Column("actor", StorableText(), nullable=False),
        sa.Column("action", StorableText(), nullable=False),
        sa.Column("subject", StorableText(), nullable=False),
        sa.Column("reason", StorableText(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
    )

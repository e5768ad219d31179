"""What nothing needs any more is found by its age, and the providers' own texts may be forgotten."""

import sqlalchemy as sa
from alembic import op

from orbit_adapters.sql.migrations.append_only import (
    protect,
    protect_columns,
    protect_until_old,
    unprotect,
    unprotect_columns,
    unprotect_until_old,
)

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_GUARDED_DAYS = 80
_RECORDS = (
    "source", "external_id", "digest", "position", "asset", "decimals", "units", "kind", "meaning", "sender",
    "comment_kind", "comment", "invoice_id", "occurred_at", "seen_at", "moved", "reverses_source", "reverses_id",
)  # fmt: skip
_UPDATES = ("source", "external_id", "received_at")
_TEXTS = (("source_records", "raw", "seen_at", _RECORDS), ("inbox", "payload", "received_at", _UPDATES))
_LEFT = "state IN ('leaving', 'removing') AND subscription_url IS NOT NULL"
_INDEXES = (
    ("idx_outbox_done_at", "outbox", ("done_at", "id"), "done_at IS NOT NULL"),
    ("idx_outbox_dead_at", "outbox", ("dead_at", "id"), "dead_at IS NOT NULL"),
    ("idx_source_records_raw", "source_records", ("seen_at", "source", "external_id"), "raw != ''"),
    ("idx_inbox_payload", "inbox", ("received_at", "source", "external_id"), "payload != ''"),
    ("idx_placements_links_left", "placements", ("confirmed_at", "key_id", "number"), _LEFT),
)


def upgrade() -> None:
    """Create the indexes, let old texts become empty, and add what became of a broadcast's messages that are gone."""
    for name, table, columns, condition in _INDEXES:
        where = sa.text(condition)
        op.create_index(name, table, list(columns), sqlite_where=where, postgresql_where=where)
    for column in ("sent", "lost"):
        op.add_column("broadcasts", sa.Column(column, sa.BigInteger(), nullable=False, server_default=sa.text("0")))
    for table, column, at, others in _TEXTS:
        unprotect(table)
        protect_columns(table, others)
        protect_until_old(table, column, at, _GUARDED_DAYS)


def downgrade() -> None:
    """Protect the texts as before: those that were forgotten stay empty. Figures of old broadcasts are lost."""
    for table, column, _, _ in _TEXTS:
        unprotect_until_old(table, column)
        unprotect_columns(table)
        protect(table)
    for column in ("lost", "sent"):
        op.drop_column("broadcasts", column)
    for name, table, _, _ in reversed(_INDEXES):
        op.drop_index(name, table)

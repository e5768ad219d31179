"""The inbox: updates that speak of money, stored raw. The raw log of the chain can't be rewritten any more.

On PostgreSQL a role that isn't the tables' owner adds plain customers only.
"""

import sqlalchemy as sa
from alembic import op

from orbit_adapters.sql.migrations.append_only import (
    let_others_add_staff,
    only_owner_adds_staff,
    protect,
    protect_columns,
    unprotect_columns,
)
from orbit_adapters.sql.types import StorableText, UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_EVIDENCE = (
    "network", "account", "lt", "tx_hash", "prev_lt", "prev_hash", "asset", "decimals", "amount", "sender",
    "comment_kind", "comment", "class", "occurred_at", "raw", "created_at",
)  # fmt: skip


def upgrade() -> None:
    """Create the inbox; protect it and the raw log. Of a row of the log only `processed_at` may change."""
    op.create_table(
        "inbox",
        sa.Column("source", StorableText, nullable=False),
        sa.Column("external_id", StorableText, nullable=False),
        sa.Column("payload", StorableText, nullable=False),
        sa.Column("received_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("source", "external_id", name="inbox_pkey"),
    )
    op.create_index("idx_inbox_received_at", "inbox", ["received_at"])
    protect("inbox")
    protect_columns("ton_transactions", _EVIDENCE)
    only_owner_adds_staff()


def downgrade() -> None:
    """Drop the inbox with what is in it, and the protections."""
    let_others_add_staff()
    unprotect_columns("ton_transactions")
    op.drop_index("idx_inbox_received_at", "inbox")
    op.drop_table("inbox")

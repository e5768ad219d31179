"""Claims of customers on unmatched receipts."""

import sqlalchemy as sa
from alembic import op

from orbit_adapters.sql.types import Identity, StorableText, UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_OPEN = sa.text("state = 'open'")
_INDEXES = {
    "idx_receipt_claims_open": ["source", "name"],
    "idx_receipt_claims_user": ["tg_id"],
    "idx_receipt_claims_receipt": ["source", "external_id"],
}


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "receipt_claims",
        sa.Column("id", Identity, nullable=False),
        sa.Column("tg_id", sa.BigInteger, nullable=False),
        sa.Column("source", StorableText, nullable=False),
        sa.Column("name", StorableText, nullable=False),
        sa.Column("typed", StorableText, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("external_id", StorableText, nullable=True),
        sa.Column("state", StorableText, nullable=False),
        sa.PrimaryKeyConstraint("id", name="receipt_claims_pkey"),
        sa.CheckConstraint("length(typed) <= 200", name="typed_short"),
        sa.CheckConstraint("state IN ('open', 'approved', 'rejected')", name="state_known"),
        sa.ForeignKeyConstraint(["tg_id"], ["users.tg_id"], name="receipt_claims_tg_id_fkey"),
    )
    for name, columns in _INDEXES.items():
        op.create_index(name, "receipt_claims", columns, sqlite_where=_OPEN, postgresql_where=_OPEN)


def downgrade() -> None:
    """Drop the table with the claims in it."""
    for name in _INDEXES:
        op.drop_index(name, "receipt_claims")
    op.drop_table("receipt_claims")

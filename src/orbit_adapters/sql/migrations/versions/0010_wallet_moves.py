"""What a wallet does by itself, and payouts.

A record says by how much it changed what we hold besides the money that it brought; of older records that isn't known
and isn't booked. A payout is a transfer that the owner is asked to make, so that a payment goes back.
"""

import sqlalchemy as sa
from alembic import op

from orbit_adapters.sql.types import Identity, StorableText, UtcDateTime, WholeUnits

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_LIVE = sa.text("state IN ('waiting', 'sent')")


def upgrade() -> None:
    """Add the column and create the table."""
    op.add_column("source_records", sa.Column("moved", WholeUnits, nullable=False, server_default=sa.text("0")))
    op.create_table(
        "payouts",
        sa.Column("id", Identity, nullable=False),
        sa.Column("payment_id", Identity, nullable=False),
        sa.Column("tg_id", sa.BigInteger, nullable=False),
        sa.Column("method", StorableText, nullable=False),
        sa.Column("asset", StorableText, nullable=False),
        sa.Column("decimals", sa.Integer, nullable=False),
        sa.Column("units", WholeUnits, nullable=False),
        sa.Column("destination", StorableText, nullable=False),
        sa.Column("comment", StorableText, nullable=False),
        sa.Column("state", StorableText, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("actor", StorableText, nullable=False),
        sa.Column("transfer", StorableText, nullable=True),
        sa.Column("closed_at", UtcDateTime, nullable=True),
        sa.PrimaryKeyConstraint("id", name="payouts_pkey"),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'cancelled', 'returned')", name="state_known"),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name="payouts_payment_id_fkey"),
        sa.ForeignKeyConstraint(["tg_id"], ["users.tg_id"], name="payouts_tg_id_fkey"),
    )
    op.create_index(
        "idx_payouts_live", "payouts", ["payment_id"], unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE
    )
    op.create_index("idx_payouts_comment", "payouts", ["comment"])


def downgrade() -> None:
    """Drop what wallets moved, and the payouts."""
    op.drop_index("idx_payouts_comment", "payouts")
    op.drop_index("idx_payouts_live", "payouts")
    op.drop_table("payouts")
    op.drop_column("source_records", "moved")

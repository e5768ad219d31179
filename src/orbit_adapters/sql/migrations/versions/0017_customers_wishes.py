"""What customers say: how a repeated charge is to go on, and where money is to go back."""

import sqlalchemy as sa
from alembic import op

from orbit_adapters.sql.migrations.append_only import protect
from orbit_adapters.sql.types import Identity, StorableText, UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_HAS_WISH = sa.text("recurrence_wish IS NOT NULL")


def upgrade() -> None:
    """Add the wish, empty, with the index by which the worker finds what isn't; and the lines about payouts."""
    op.add_column("payments", sa.Column("recurrence_wish", StorableText, nullable=True))
    op.create_index(
        "idx_payments_wish", "payments", ["created_at", "id"], sqlite_where=_HAS_WISH, postgresql_where=_HAS_WISH
    )
    op.create_table(
        "payout_addresses",
        sa.Column("payment_id", Identity, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tg_id", sa.BigInteger(), nullable=False),
        *(sa.Column(name, StorableText, nullable=False) for name in ("step", "actor")),
        sa.Column("at", UtcDateTime(), nullable=False),
        *(sa.Column(name, StorableText, nullable=False) for name in ("destination", "memo", "reason")),
        sa.PrimaryKeyConstraint("payment_id", "number", name="payout_addresses_pkey"),
        sa.CheckConstraint("step IN ('asked', 'given', 'taken')", name="step_known"),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name="payout_addresses_payment_id_fkey"),
        sa.ForeignKeyConstraint(["tg_id"], ["users.tg_id"], name="payout_addresses_tg_id_fkey"),
    )
    protect("payout_addresses")


def downgrade() -> None:
    """Drop both: with an older version a customer stops renewals in the messenger, and the owner asks by hand."""
    op.drop_table("payout_addresses")
    op.drop_index("idx_payments_wish", "payments")
    op.drop_column("payments", "recurrence_wish")

"""Where each invoice is shown, so that its message can be kept true.

Invoices that an older version has shown have no row: their messages stay as they are.
"""

import sqlalchemy as sa
from alembic import op

from orbit_adapters.sql.types import Identity, UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "invoice_messages",
        sa.Column("payment_id", Identity, nullable=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("message_id", sa.BigInteger, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("payment_id", name="invoice_messages_pkey"),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name="invoice_messages_payment_id_fkey"),
    )


def downgrade() -> None:
    """Drop the table: an older version sends new messages instead."""
    op.drop_table("invoice_messages")

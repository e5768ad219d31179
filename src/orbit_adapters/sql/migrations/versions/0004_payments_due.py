"""The queue of payments that have to be settled.

Deposits that an older version had read and not settled yet are added to it, so that no money waits for ever.
"""

import sqlalchemy as sa
from alembic import op

from orbit_adapters.sql.types import Identity, StorableText, UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_WAITING = """
INSERT INTO payments_due (payment_id, revision, not_before, attempts, fence)
SELECT r.payment_id, 1, MIN(r.seen_at), 0, 0
FROM ton_transactions t
JOIN receipts r ON r.source = 'ton:' || t.network || ':' || t.account AND r.external_id = CAST(t.lt AS TEXT)
WHERE t.processed_at IS NULL AND r.payment_id IS NOT NULL
GROUP BY r.payment_id
"""
_UNSETTLED = """
UPDATE ton_transactions SET processed_at = NULL
WHERE class = 'deposit' AND EXISTS (
    SELECT 1 FROM receipts r JOIN payments_due d ON d.payment_id = r.payment_id
    WHERE r.source = 'ton:' || ton_transactions.network || ':' || ton_transactions.account
    AND r.external_id = CAST(ton_transactions.lt AS TEXT)
)
"""


def upgrade() -> None:
    """Create the queue, fill it with what waits, and let no row of the raw log wait any more."""
    op.create_table(
        "payments_due",
        sa.Column("payment_id", Identity, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("not_before", UtcDateTime, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("fence", sa.BigInteger, nullable=False),
        sa.Column("last_error", StorableText, nullable=True),
        sa.PrimaryKeyConstraint("payment_id", name="payments_due_pkey"),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name="payments_due_payment_id_fkey"),
    )
    op.create_index("idx_payments_due", "payments_due", ["not_before"])
    op.execute(_WAITING)
    op.execute("UPDATE ton_transactions SET processed_at = created_at WHERE processed_at IS NULL")
    op.drop_index("idx_ton_tx_unprocessed", "ton_transactions")


def downgrade() -> None:
    """Mark deposits of the payments in the queue as unprocessed, as the older version expects them."""
    where = sa.text("processed_at IS NULL")
    op.create_index("idx_ton_tx_unprocessed", "ton_transactions", ["lt"], sqlite_where=where, postgresql_where=where)
    op.execute(_UNSETTLED)
    op.drop_index("idx_payments_due", "payments_due")
    op.drop_table("payments_due")

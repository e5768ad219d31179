"""Which payments keep a card for renewals, and which charge one. An order is charged once."""

import sqlalchemy as sa
from alembic import op

from orbit_adapters.sql.types import StorableText

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_HAS_CARD = sa.text("card IS NOT NULL")
_IS_CHARGE = sa.text("card IN ('charge', 'failed')")


def upgrade() -> None:
    """Add the columns of its name."""
    op.add_column("payments", sa.Column("card", StorableText, nullable=True))
    op.add_column("payments", sa.Column("card_title", StorableText, nullable=False, server_default=sa.text("''")))
    op.create_index(
        "idx_payments_card", "payments", ["card", "status"], sqlite_where=_HAS_CARD, postgresql_where=_HAS_CARD
    )
    op.create_index(
        "idx_payments_charge",
        "payments",
        ["order_id"],
        unique=True,
        sqlite_where=_IS_CHARGE,
        postgresql_where=_IS_CHARGE,
    )


def downgrade() -> None:
    """Drop them: an older version charges no card."""
    for index in ("idx_payments_charge", "idx_payments_card"):
        op.drop_index(index, "payments")
    for column in ("card_title", "card"):
        op.drop_column("payments", column)

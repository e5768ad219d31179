"""Promo codes, who has entered them, and the discount of an order."""

import sqlalchemy as sa
from alembic import op

from orbit_adapters.sql.types import Document, Identity, StorableText, UtcDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, and add the columns to the orders, which had no discount."""
    op.create_table(
        "promos",
        sa.Column("code", StorableText, nullable=False),
        sa.Column("kind", StorableText, nullable=False),
        sa.Column("value", sa.BigInteger, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("valid_from", UtcDateTime),
        sa.Column("valid_until", UtcDateTime),
        sa.Column("total_uses", sa.BigInteger),
        sa.Column("plans", Document, nullable=False),
        sa.Column("uses", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("stopped_at", UtcDateTime),
        sa.PrimaryKeyConstraint("code", name="promos_pkey"),
        sa.CheckConstraint("value > 0", name="value_positive"),
        sa.CheckConstraint("uses >= 0 AND (total_uses IS NULL OR uses <= total_uses)", name="uses_range"),
        sa.CheckConstraint("kind IN ('percent', 'amount', 'days', 'balance')", name="kind_known"),
    )
    op.create_table(
        "promo_uses",
        sa.Column("tg_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("code", StorableText, nullable=False),
        sa.Column("entered_at", UtcDateTime, nullable=False),
        sa.Column("used_at", UtcDateTime),
        sa.Column("order_id", Identity),
        sa.PrimaryKeyConstraint("tg_id", "code", name="promo_uses_pkey"),
        sa.ForeignKeyConstraint(["tg_id"], ["users.tg_id"], name="promo_uses_tg_id_fkey"),
        sa.ForeignKeyConstraint(["code"], ["promos.code"], name="promo_uses_code_fkey"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="promo_uses_order_id_fkey"),
    )
    op.add_column("orders", sa.Column("discount", sa.BigInteger, nullable=False, server_default=sa.text("0")))
    op.add_column("orders", sa.Column("promo_code", StorableText))


def downgrade() -> None:
    """Drop them: to an older version an order costs what was paid for it."""
    for column in ("promo_code", "discount"):
        op.drop_column("orders", column)
    op.drop_table("promo_uses")
    op.drop_table("promos")

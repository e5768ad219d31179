"""Orders that one pays and another gets, and their links."""

import sqlalchemy as sa
from alembic import op

from orbit_adapters.sql.types import Identity, StorableText, UtcDateTime

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_TAKEN = sa.text("taken_by IS NOT NULL")


def upgrade() -> None:
    """Create the table, and add the columns to the orders, none of which was a gift."""
    op.create_table(
        "gifts",
        sa.Column("order_id", Identity, nullable=False),
        sa.Column("code_hash", StorableText, nullable=False),
        sa.Column("sealed_code", StorableText, nullable=False),
        sa.Column("giver_name", StorableText, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("message", StorableText, nullable=False, server_default=sa.text("''")),
        sa.Column("taker_name", StorableText, nullable=False, server_default=sa.text("''")),
        sa.PrimaryKeyConstraint("order_id", name="gifts_pkey"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="gifts_order_id_fkey"),
        sa.UniqueConstraint("code_hash", name="gifts_code_hash_key"),
    )
    kind = sa.Boolean(create_constraint=False)
    op.add_column("orders", sa.Column("is_gift", kind, nullable=False, server_default=sa.false()))
    op.add_column("orders", sa.Column("taken_by", sa.BigInteger))
    op.add_column("orders", sa.Column("taken_at", UtcDateTime))
    op.create_index("idx_orders_taken", "orders", ["taken_by"], sqlite_where=_TAKEN, postgresql_where=_TAKEN)


def downgrade() -> None:
    """Drop them: to an older version a gift is its giver's order, and one that isn't taken waits for its key."""
    op.drop_index("idx_orders_taken", "orders")
    for column in ("taken_at", "taken_by", "is_gift"):
        op.drop_column("orders", column)
    op.drop_table("gifts")

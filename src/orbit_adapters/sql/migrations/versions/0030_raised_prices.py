"""What a plan cost before its price was raised: renewals whose price was told take no more."""

import sqlalchemy as sa
from alembic import op

from orbit_adapters.sql.types import UtcDateTime

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both columns, empty: no price was raised lately."""
    op.add_column("plans", sa.Column("price_before", sa.BigInteger(), nullable=True))
    op.add_column("plans", sa.Column("raised_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    """Drop them: an older version takes the price of the day."""
    op.drop_column("plans", "raised_at")
    op.drop_column("plans", "price_before")

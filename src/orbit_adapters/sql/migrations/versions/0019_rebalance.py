"""When a rebalance chose a place: its moves are counted by the hour, and no key moves twice within days."""

import sqlalchemy as sa
from alembic import op

from orbit_adapters.sql.types import UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_IS_MOVED = sa.text("rebalanced_at IS NOT NULL")


def upgrade() -> None:
    """Add the column: whatever was placed before was placed otherwise."""
    op.add_column("placements", sa.Column("rebalanced_at", UtcDateTime(), nullable=True))
    op.create_index(
        "idx_placements_rebalanced_at",
        "placements",
        ["rebalanced_at"],
        sqlite_where=_IS_MOVED,
        postgresql_where=_IS_MOVED,
    )


def downgrade() -> None:
    """Drop it: an older version moves no keys by itself."""
    op.drop_index("idx_placements_rebalanced_at", "placements")
    op.drop_column("placements", "rebalanced_at")

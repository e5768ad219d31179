"""How the repeated charges of a payment stand: what was told of them, and when the newest was made."""

import sqlalchemy as sa
from alembic import op

from orbit_adapters.sql.types import StorableText, UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the three columns, empty: no older payment repeats."""
    op.add_column("payments", sa.Column("recurrence", StorableText, nullable=True))
    op.add_column("payments", sa.Column("charged_at", UtcDateTime(), nullable=True))
    op.add_column("payments", sa.Column("recurrence_told_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    """Drop them: with an older version the next charges stay on the balance."""
    for column in ("recurrence_told_at", "charged_at", "recurrence"):
        op.drop_column("payments", column)

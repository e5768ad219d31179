"""Messages to many customers."""

import sqlalchemy as sa
from alembic import op

from orbit_adapters.sql.types import Identity, StorableText, UtcDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "broadcasts",
        sa.Column("id", Identity(), nullable=False),
        sa.Column("author", sa.BigInteger(), nullable=False),
        sa.Column("html", StorableText(), nullable=False),
        sa.Column("segment", StorableText(), nullable=False),
        sa.Column("recipients", sa.BigInteger(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("state", StorableText(), nullable=False),
        sa.Column("queued", sa.BigInteger(), nullable=False),
        sa.Column("queued_up_to", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="broadcasts_pkey"),
        sa.CheckConstraint("segment IN ('everyone', 'active', 'trial', 'expired', 'never')", name="segment_known"),
        sa.CheckConstraint("state IN ('draft', 'running', 'paused', 'stopped', 'done')", name="state_known"),
    )


def downgrade() -> None:
    """Drop the table: what is on its way is sent no more."""
    op.drop_table("broadcasts")

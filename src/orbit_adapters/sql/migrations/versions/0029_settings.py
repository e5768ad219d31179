"""Settings that are changed while the shop runs."""

import sqlalchemy as sa
from alembic import op

from orbit_adapters.sql.types import StorableText, UtcDateTime

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "settings",
        sa.Column("name", StorableText(), nullable=False),
        sa.Column("value", StorableText(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by", StorableText(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="settings_pkey"),
    )


def downgrade() -> None:
    """Drop the table: the values of the environment hold again."""
    op.drop_table("settings")

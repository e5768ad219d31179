"""When an account was deleted."""

import sqlalchemy as sa
from alembic import op

from orbit_adapters.sql.types import UtcDateTime

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("users", sa.Column("deleted_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    """Drop the column: what was erased stays erased, and who comes back finds an account without time."""
    op.drop_column("users", "deleted_at")

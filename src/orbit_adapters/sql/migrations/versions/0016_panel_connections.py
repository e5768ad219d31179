"""How panels are reached, in the database, and panels that aren't the shop's any more."""

import sqlalchemy as sa
from alembic import op

from orbit_adapters.sql.types import Document

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both columns: the panels that are there are those of the settings."""
    empty, no = sa.text("'{}'"), sa.false()
    op.add_column("marzban_instances", sa.Column("connection", Document(), nullable=False, server_default=empty))
    op.add_column("marzban_instances", sa.Column("removed", sa.Boolean(), nullable=False, server_default=no))


def downgrade() -> None:
    """Drop them, with the rows of panels that were removed: an older version would place keys there."""
    op.execute(sa.text("DELETE FROM marzban_instances WHERE removed"))
    op.drop_column("marzban_instances", "removed")
    op.drop_column("marzban_instances", "connection")

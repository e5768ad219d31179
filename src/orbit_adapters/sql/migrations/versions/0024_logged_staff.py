"""Roles and bans change in the bot also where the shop's role in PostgreSQL is restricted: never without the log."""

from orbit_adapters.sql.migrations.append_only import allow_unlogged_staff_changes, only_logged_staff_changes

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the trigger. The privileges on the columns are granted with the others (`orbit migrate --for`)."""
    only_logged_staff_changes()


def downgrade() -> None:
    """Drop it."""
    allow_unlogged_staff_changes()

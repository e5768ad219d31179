"""Indexes for the staff's screens: who has a role, and what was done last. Who is banned has a column already."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_IS_STAFF = sa.text("role != 'customer'")


def upgrade() -> None:
    """Add them."""
    op.create_index("idx_users_staff", "users", ["tg_id"], sqlite_where=_IS_STAFF, postgresql_where=_IS_STAFF)
    op.create_index("idx_audit_at", "audit", ["at", "id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index("idx_audit_at", "audit")
    op.drop_index("idx_users_staff", "users")

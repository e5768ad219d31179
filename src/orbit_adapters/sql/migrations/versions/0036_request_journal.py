"""Keys and links are found by the time when they were made."""

from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_INDEXES = (
    ("idx_configs_created_at", "configs", "created_at"),
    ("idx_subscription_links_issued_at", "subscription_links", "issued_at"),
)


def upgrade() -> None:
    """Create the indexes."""
    for name, table, column in _INDEXES:
        op.create_index(name, table, [column])


def downgrade() -> None:
    """Drop them."""
    for name, table, _ in reversed(_INDEXES):
        op.drop_index(name, table)

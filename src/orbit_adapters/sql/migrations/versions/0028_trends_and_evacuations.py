"""Trials and purchases are found by their time, and a panel is being emptied."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_HAD_TRIAL = sa.text("trial_used_at IS NOT NULL")
_IS_BOUGHT = sa.text("state IN ('paid', 'delivered') AND price > 0")


def upgrade() -> None:
    """Create the indexes, and add the column: no panel is being emptied."""
    op.create_index(
        "idx_users_trial_used_at", "users", ["trial_used_at"], sqlite_where=_HAD_TRIAL, postgresql_where=_HAD_TRIAL
    )
    op.create_index(
        "idx_orders_bought", "orders", ["tg_id", "paid_at"], sqlite_where=_IS_BOUGHT, postgresql_where=_IS_BOUGHT
    )
    op.add_column(
        "marzban_instances",
        sa.Column("evacuating", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    """Drop them: an older version moves the keys of a panel from the server alone."""
    op.drop_column("marzban_instances", "evacuating")
    op.drop_index("idx_orders_bought", "orders")
    op.drop_index("idx_users_trial_used_at", "users")

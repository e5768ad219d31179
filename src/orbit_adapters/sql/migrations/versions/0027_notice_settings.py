"""What customers want to be told, and when: a switch for each group of notices, and quiet hours.

The one switch that was there was read by nothing. Whoever had it off, in an imported shop, has all of them off.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_HOURS = ("quiet_begin", "quiet_end", "utc_offset")
_NEW_SWITCHES = ("notify_reminders", "notify_news", "notify_rewards")


def upgrade() -> None:
    """Add the columns and fill them from the old switch; rewards that wait lose the place that they had with money."""
    for name in _NEW_SWITCHES:
        op.add_column("users", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.true()))
    for name in _HOURS:
        op.add_column("users", sa.Column(name, sa.Integer(), nullable=True))
    users = sa.table("users", *(sa.column(name, sa.Boolean()) for name in ("notify", *_NEW_SWITCHES)))
    op.execute(sa.update(users).where(~users.c.notify).values(dict.fromkeys(_NEW_SWITCHES, sa.false())))
    op.drop_column("users", "notify")
    op.execute(
        sa.text(
            "UPDATE outbox SET priority = 2 WHERE topic = 'referral_reward' AND priority = 0"
            " AND done_at IS NULL AND dead_at IS NULL"
        )
    )


def downgrade() -> None:
    """Back to the one switch, off where news are off."""
    op.add_column("users", sa.Column("notify", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.execute(sa.text("UPDATE users SET notify = notify_news WHERE NOT notify_news"))
    for name in (*_HOURS, *_NEW_SWITCHES):
        op.drop_column("users", name)

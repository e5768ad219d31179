"""Broadcasts with a picture, buttons, a narrower audience, and a preview that Telegram has taken."""

import sqlalchemy as sa
from alembic import op

from orbit_adapters.sql.types import Document, StorableText, UtcDateTime

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_ADDED = ("language", "plan_code", "ended_days", "picture", "buttons", "is_previewed", "started_at")


def upgrade() -> None:
    """Add the columns. The authors of older drafts have seen them, and Telegram took them."""
    op.add_column("broadcasts", sa.Column("language", StorableText(), nullable=True))
    op.add_column("broadcasts", sa.Column("plan_code", StorableText(), nullable=True))
    op.add_column("broadcasts", sa.Column("ended_days", sa.BigInteger(), nullable=False, server_default=sa.text("0")))
    op.add_column("broadcasts", sa.Column("picture", StorableText(), nullable=False, server_default=sa.text("''")))
    op.add_column("broadcasts", sa.Column("buttons", Document(), nullable=False, server_default=sa.text("'[]'")))
    op.add_column("broadcasts", sa.Column("is_previewed", sa.Boolean(), nullable=False, server_default=sa.text("true")))
    op.add_column("broadcasts", sa.Column("started_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    """Drop them. What an older version would send to others than it is for, or without its picture, is stopped."""
    op.execute(
        "UPDATE broadcasts SET state = 'stopped' WHERE state IN ('draft', 'running', 'paused') AND "
        "(language IS NOT NULL OR plan_code IS NOT NULL OR ended_days > 0 OR picture <> '' OR NOT is_previewed)"
    )
    for name in _ADDED:
        op.drop_column("broadcasts", name)

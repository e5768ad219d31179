"""Cases of customers, and the chats of the staff."""

import sqlalchemy as sa
from alembic import op

from orbit_adapters.sql.types import Document, Identity, StorableText, UtcDateTime

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_OPEN, _LIVE, _PAID = (
    sa.text(condition) for condition in ("state = 'open'", "state != 'closed'", "paid_at IS NOT NULL")
)


def upgrade() -> None:
    """Create the tables, and the index by which new sales are found."""
    op.create_table(
        "shop_chats",
        sa.Column("purpose", StorableText(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=True),
        sa.Column("title", StorableText(), nullable=False),
        sa.Column("is_forum", sa.Boolean(create_constraint=False), nullable=False),
        sa.Column("set_by", sa.BigInteger(), nullable=False),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        sa.Column("told_until", UtcDateTime(), nullable=False),
        sa.Column("lost_at", UtcDateTime(), nullable=True),
        sa.Column("muted", Document(), nullable=False),
        sa.PrimaryKeyConstraint("purpose", name="shop_chats_pkey"),
        sa.CheckConstraint("purpose IN ('support', 'alerts', 'events', 'summary')", name="purpose_known"),
    )
    op.create_table(
        "support_cases",
        sa.Column("id", Identity(), nullable=False),
        sa.Column("tg_id", sa.BigInteger(), nullable=False),
        sa.Column("subject", StorableText(), nullable=False),
        sa.Column("state", StorableText(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.Column("waiting_since", UtcDateTime(), nullable=True),
        sa.Column("topic_chat_id", sa.BigInteger(), nullable=True),
        sa.Column("topic_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="support_cases_pkey"),
        sa.CheckConstraint("subject IN ('question', 'payment')", name="subject_known"),
        sa.CheckConstraint("state IN ('open', 'answered', 'closed')", name="state_known"),
        sa.ForeignKeyConstraint(["tg_id"], ["users.tg_id"], name="support_cases_tg_id_fkey"),
    )
    op.create_table(
        "support_messages",
        sa.Column("id", Identity(), nullable=False),
        sa.Column("case_id", Identity(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("text", StorableText(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="support_messages_pkey"),
        sa.ForeignKeyConstraint(["case_id"], ["support_cases.id"], name="support_messages_case_id_fkey"),
    )
    op.create_table(
        "support_posts",
        sa.Column("chat_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("case_id", Identity(), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "message_id", name="support_posts_pkey"),
        sa.ForeignKeyConstraint(["case_id"], ["support_cases.id"], name="support_posts_case_id_fkey"),
    )
    op.create_index(
        "idx_support_cases_live", "support_cases", ["tg_id"], unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE
    )
    op.create_index("idx_support_cases_user", "support_cases", ["tg_id", "opened_at"])
    op.create_index(
        "idx_support_cases_open", "support_cases", ["waiting_since"], sqlite_where=_OPEN, postgresql_where=_OPEN
    )
    op.create_index("idx_support_messages_case", "support_messages", ["case_id", "at"])
    op.create_index("idx_orders_paid_at", "orders", ["paid_at"], sqlite_where=_PAID, postgresql_where=_PAID)


def downgrade() -> None:
    """Drop them: an older version passes questions on to the owner, and keeps none."""
    op.drop_index("idx_orders_paid_at", "orders")
    for table in ("support_posts", "support_messages", "support_cases", "shop_chats"):
        op.drop_table(table)

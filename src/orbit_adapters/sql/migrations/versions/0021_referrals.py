"""The codes that people invite with, and the rewards."""

import sqlalchemy as sa
from alembic import op

from orbit_adapters.sql.types import Identity, StorableText, UtcDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_DUE = sa.text("state IN ('due', 'return_due')")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "referral_codes",
        sa.Column("tg_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("code", StorableText, nullable=False),
        sa.PrimaryKeyConstraint("tg_id", name="referral_codes_pkey"),
        sa.ForeignKeyConstraint(["tg_id"], ["users.tg_id"], name="referral_codes_tg_id_fkey"),
        sa.UniqueConstraint("code", name="referral_codes_code_key"),
    )
    op.create_table(
        "referrals",
        sa.Column("invited_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("inviter_id", sa.BigInteger, nullable=False),
        sa.Column("order_id", Identity, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("state", StorableText, nullable=False),
        sa.Column("inviter_units", sa.BigInteger, nullable=False),
        sa.Column("invited_units", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("invited_id", name="referrals_pkey"),
        sa.CheckConstraint("state IN ('due', 'paid', 'return_due', 'returned', 'void')", name="state_known"),
        sa.ForeignKeyConstraint(["invited_id"], ["users.tg_id"], name="referrals_invited_id_fkey"),
        sa.ForeignKeyConstraint(["inviter_id"], ["users.tg_id"], name="referrals_inviter_id_fkey"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="referrals_order_id_fkey"),
    )
    op.create_index("idx_referrals_due", "referrals", ["at", "invited_id"], sqlite_where=_DUE, postgresql_where=_DUE)
    op.create_index("idx_referrals_inviter", "referrals", ["inviter_id"])


def downgrade() -> None:
    """Drop them: an older version rewards nothing, and its links name their users."""
    for index in ("idx_referrals_inviter", "idx_referrals_due"):
        op.drop_index(index, "referrals")
    op.drop_table("referrals")
    op.drop_table("referral_codes")

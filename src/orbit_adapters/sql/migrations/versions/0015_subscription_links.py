"""The shop's own subscription links, the good copies of what they give, and the devices they are used on."""

import sqlalchemy as sa
from alembic import op

from orbit_adapters.sql.types import Identity, StorableText, UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_FORMATS = "format IN ('links', 'xray_json', 'sing_box', 'clash_meta', 'clash')"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "subscription_links",
        sa.Column("tg_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("token_hash", StorableText, nullable=False),
        sa.Column("sealed_token", StorableText, nullable=False),
        sa.Column("issued_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("tg_id", name="subscription_links_pkey"),
        sa.ForeignKeyConstraint(["tg_id"], ["users.tg_id"], name="subscription_links_tg_id_fkey"),
        sa.UniqueConstraint("token_hash", name="subscription_links_token_hash_key"),
    )
    op.create_table(
        "good_copies",
        sa.Column("key_id", Identity, nullable=False),
        sa.Column("format", StorableText, nullable=False),
        sa.Column("sealed", StorableText, nullable=False),
        sa.Column("panel_id", StorableText, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("fetched_at", UtcDateTime, nullable=False),
        sa.Column("missing_since", UtcDateTime),
        sa.PrimaryKeyConstraint("key_id", "format", name="good_copies_pkey"),
        sa.CheckConstraint(_FORMATS, name="format_known"),
        sa.ForeignKeyConstraint(["key_id"], ["configs.id"], name="good_copies_key_id_fkey"),
    )
    op.create_table(
        "link_devices",
        sa.Column("tg_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("hash", StorableText, nullable=False),
        sa.Column("name", StorableText, nullable=False),
        sa.Column("first_seen_at", UtcDateTime, nullable=False),
        sa.Column("last_seen_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("tg_id", "hash", name="link_devices_pkey"),
        sa.ForeignKeyConstraint(["tg_id"], ["users.tg_id"], name="link_devices_tg_id_fkey"),
    )


def downgrade() -> None:
    """Drop them: an older version gives the panels' links."""
    op.drop_table("link_devices")
    op.drop_table("good_copies")
    op.drop_table("subscription_links")

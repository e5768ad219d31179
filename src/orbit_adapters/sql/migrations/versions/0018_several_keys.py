"""Where customers want their keys, and which button has made each."""

import sqlalchemy as sa
from alembic import op

from orbit_adapters.sql.types import StorableText

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_HAS_NONCE = sa.text("nonce IS NOT NULL")


def upgrade() -> None:
    """Add both columns, empty: the keys that are there live anywhere, and came with an order."""
    op.add_column("configs", sa.Column("region", StorableText(), nullable=True))
    op.add_column("configs", sa.Column("nonce", StorableText(), nullable=True))
    op.create_index(
        "idx_configs_nonce",
        "configs",
        ["tg_id", "nonce"],
        unique=True,
        sqlite_where=_HAS_NONCE,
        postgresql_where=_HAS_NONCE,
    )


def downgrade() -> None:
    """Drop them. What is still to be removed of deleted keys is forgotten by an older version."""
    op.drop_index("idx_configs_nonce", table_name="configs")
    op.drop_column("configs", "nonce")
    op.drop_column("configs", "region")

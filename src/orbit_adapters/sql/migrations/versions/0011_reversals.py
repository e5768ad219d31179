"""Which arrival a record of a source has taken back.

Rows of older versions don't say it: what they tell was told to the owner, and isn't booked by itself.
"""

import sqlalchemy as sa
from alembic import op

from orbit_adapters.sql.types import StorableText

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_COLUMNS = ("reverses_source", "reverses_id")
_INDEX = "idx_source_records_reverses"
_WHERE = sa.text("reverses_id IS NOT NULL")


def upgrade() -> None:
    """Add the two columns of its name."""
    for column in _COLUMNS:
        op.add_column("source_records", sa.Column(column, StorableText, nullable=True))
    op.create_index(_INDEX, "source_records", list(_COLUMNS), sqlite_where=_WHERE, postgresql_where=_WHERE)


def downgrade() -> None:
    """Drop them: an older version only tells the owner."""
    op.drop_index(_INDEX, "source_records")
    for column in reversed(_COLUMNS):
        op.drop_column("source_records", column)

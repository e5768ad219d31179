"""The outbox knows what is urgent, whose turn it is, and what was dropped.

Rows that are there get the priority of their topic. The migration locks the outbox while it does so.
"""

import sqlalchemy as sa
from alembic import op

from orbit_adapters.sql.types import StorableText

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_IS_UNDELIVERED = sa.text("done_at IS NULL AND dead_at IS NULL")
_BY_TOPIC = """
UPDATE outbox SET priority = CASE topic
    WHEN 'unmatched_money' THEN 1 WHEN 'delivery_delayed' THEN 1 WHEN 'scan_stopped' THEN 1
    WHEN 'settlement_failing' THEN 1
    WHEN 'period_ending' THEN 2
    ELSE 0 END
"""


def upgrade() -> None:
    """Add the columns and fill them; the index of due messages follows their order, and one is for each user's."""
    op.add_column("outbox", sa.Column("priority", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.add_column("outbox", sa.Column("dropped_reason", StorableText()))
    op.execute(_BY_TOPIC)
    op.drop_index("idx_outbox_due", "outbox")
    _partial("idx_outbox_due", ["priority", "id", "not_before"])
    _partial("idx_outbox_person", ["tg_id", "priority", "id"])


def downgrade() -> None:
    """Drop them. What was dropped then looks as if it had been sent: it is done either way."""
    op.drop_index("idx_outbox_person", "outbox")
    op.drop_index("idx_outbox_due", "outbox")
    op.drop_column("outbox", "dropped_reason")
    op.drop_column("outbox", "priority")
    _partial("idx_outbox_due", ["not_before"])


def _partial(name: str, columns: list[str]) -> None:
    op.create_index(name, "outbox", columns, sqlite_where=_IS_UNDELIVERED, postgresql_where=_IS_UNDELIVERED)

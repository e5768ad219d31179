"""Claims of placements follow an index: nobody sorts what waits to find what has waited longest."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from orbit_adapters.sql.types import UtcDateTime

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_PLACEMENTS = sa.table("placements", sa.column("next_attempt_at", UtcDateTime))
_AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
_DUE = sa.text("state != 'gone' AND (desired > applied OR state = 'removing')")
_DUE_HOME = sa.text("state = 'home' AND desired > applied")
_REFUSED = (f"{_DUE_HOME} AND is_refused = 1", f"{_DUE_HOME} AND is_refused = true")
_AGE = ["next_attempt_at", "key_id", "number"]


def upgrade() -> None:
    """Make the indexes, and let what waits for no time wait for one that has passed: NULL is in no range of them."""
    waits_for_nothing = _PLACEMENTS.update().where(_PLACEMENTS.c.next_attempt_at.is_(None))
    op.execute(waits_for_nothing.values(next_attempt_at=_AT_ONCE))
    op.drop_index("idx_placements_due", "placements")
    _create("idx_placements_due", ["panel_id", *_AGE], _DUE, _DUE)
    _create("idx_placements_due_homes", ["panel_id", *_AGE], _DUE_HOME, _DUE_HOME)
    _create("idx_placements_refused", _AGE, *map(sa.text, _REFUSED))


def downgrade() -> None:
    """Make the index of before. What waits for nothing goes on to wait for a time that has passed."""
    for index in ("idx_placements_refused", "idx_placements_due_homes", "idx_placements_due"):
        op.drop_index(index, "placements")
    _create("idx_placements_due", ["panel_id", "next_attempt_at"], _DUE, _DUE)


def _create(name: str, columns: list[str], sqlite: sa.TextClause, postgresql: sa.TextClause) -> None:
    op.create_index(name, "placements", columns, sqlite_where=sqlite, postgresql_where=postgresql)

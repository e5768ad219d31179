"""Indexes from which the statistics are answered without reading the tables.

The migration locks the tables while it creates the indexes, because it runs in one transaction: a shop with millions
of rows pauses for some seconds.
"""

import sqlalchemy as sa
from alembic import op

from orbit_adapters.sql.migrations.append_only import is_postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_COVERING: tuple[tuple[str, str, str, list[str], str], ...] = (
    ("idx_users_subscription_end", "users", "subscription_end", ["plan_code"], "subscription_end IS NOT NULL"),
    ("idx_payments_confirmed_at", "payments", "confirmed_at", ["method", "amount"], "status = 'confirmed'"),
)
"""Name, table, column, columns that PostgreSQL includes, and the condition. SQLite can't include columns."""


def upgrade() -> None:
    """Recreate the two with included columns, and create two more."""
    if is_postgresql():
        for name, table, column, included, condition in _COVERING:
            op.drop_index(name, table)
            op.create_index(name, table, [column], postgresql_where=sa.text(condition), postgresql_include=included)
    _partial("idx_users_unreachable", "users", ["unreachable_at"], "unreachable_at IS NOT NULL")
    columns = ["panel_id", "status", "expires_at", "desired", "applied"]
    _partial("idx_configs_alive", "configs", columns, "deleted = false" if is_postgresql() else "deleted = 0")


def downgrade() -> None:
    """Recreate the two as they were, and drop the others."""
    op.drop_index("idx_configs_alive", "configs")
    op.drop_index("idx_users_unreachable", "users")
    if is_postgresql():
        for name, table, column, _, condition in _COVERING:
            op.drop_index(name, table)
            op.create_index(name, table, [column], postgresql_where=sa.text(condition))


def _partial(name: str, table: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)

"""When each customer's next reminder is due, and indexes of who renews and of what waits."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

from orbit_adapters.sql.types import UtcDateTime

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_FIRST, _LAST = timedelta(days=3), timedelta(days=4)
_IS_SET, _HAS_CARD, _IS_PAID = (
    sa.text(condition) for condition in ("remind_at IS NOT NULL", "card IS NOT NULL", "state = 'paid'")
)


def upgrade() -> None:
    """Add the time and fill it for all whose period ends, or has ended lately; what was sent isn't sent again."""
    op.add_column("users", sa.Column("remind_at", UtcDateTime(), nullable=True))
    users = sa.table("users", sa.column("remind_at", UtcDateTime()), sa.column("subscription_end", UtcDateTime()))
    ends_at = users.c.subscription_end
    first = ends_at - sa.literal(_FIRST) if _is_postgresql() else sa.type_coerce(ends_at, sa.BigInteger) - _micros()
    op.execute(users.update().where(ends_at > datetime.now(UTC) - _LAST).values(remind_at=first))
    op.create_index(
        "idx_orders_waiting", "orders", ["state", "paid_at"], sqlite_where=_IS_PAID, postgresql_where=_IS_PAID
    )
    op.create_index(
        "idx_users_remind_at", "users", ["remind_at", "tg_id"], sqlite_where=_IS_SET, postgresql_where=_IS_SET
    )
    op.create_index(
        "idx_users_renewing",
        "users",
        ["subscription_end", "tg_id"],
        sqlite_where=sa.text("auto_renew = 1"),
        postgresql_where=sa.text("auto_renew = true"),
    )
    op.create_index(
        "idx_payments_card_user", "payments", ["tg_id", "card"], sqlite_where=_HAS_CARD, postgresql_where=_HAS_CARD
    )


def downgrade() -> None:
    """Drop them: an older version looks every reminder up in the outbox."""
    op.drop_index("idx_orders_waiting", "orders")
    op.drop_index("idx_payments_card_user", "payments")
    op.drop_index("idx_users_renewing", "users")
    op.drop_index("idx_users_remind_at", "users")
    op.drop_column("users", "remind_at")


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _micros() -> int:
    return _FIRST // timedelta(microseconds=1)

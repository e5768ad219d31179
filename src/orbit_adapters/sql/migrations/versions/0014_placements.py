"""Where a key lives is a row of its own, so that it can be in two places while it moves."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from orbit_adapters.sql.types import Document, Identity, StorableText, UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_MOVED = ("username", "panel_id", "node", "subscription_url", "links", "desired", "applied", "attempts", "fence",
          "next_attempt_at", "last_error")  # fmt: skip
_ALIVE = (sa.text("deleted = 0"), sa.text("deleted = false"))
_CONFIGS = sa.table("configs", *map(sa.column, ("id", "placement", *_MOVED)))
_PLACEMENTS = sa.table("placements", *map(sa.column, ("key_id", "number", "state", "groups", "is_refused", *_MOVED)))
_HOME = sa.text("state = 'home'")
_HELD = sa.text("state != 'gone'")
_DUE = sa.text("state != 'gone' AND (desired > applied OR state = 'removing')")
_CONFIRMED = sa.text("confirmed_at IS NOT NULL")
_WAS_DUE = sa.text("desired > applied")


def upgrade() -> None:
    """Create the table, and move there what `configs` says of the place of each key."""
    op.create_table(
        "placements",
        sa.Column("key_id", Identity, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("username", StorableText, nullable=False),
        sa.Column("state", StorableText, nullable=False),
        sa.Column("panel_id", StorableText, nullable=True),
        sa.Column("node", StorableText, nullable=True),
        sa.Column("groups", Document, nullable=False),
        sa.Column("desired", sa.BigInteger, nullable=False),
        sa.Column("applied", sa.BigInteger, nullable=False),
        sa.Column("is_refused", sa.Boolean(create_constraint=False), nullable=False),
        sa.Column("subscription_url", StorableText, nullable=True),
        sa.Column("links", Document, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("fence", sa.BigInteger, nullable=False),
        sa.Column("next_attempt_at", UtcDateTime, nullable=True),
        sa.Column("last_error", StorableText, nullable=True),
        sa.Column("confirmed_at", UtcDateTime, nullable=True),
        sa.PrimaryKeyConstraint("key_id", "number", name="placements_pkey"),
        sa.CheckConstraint("state IN ('home', 'leaving', 'removing', 'gone')", name="state_known"),
        sa.ForeignKeyConstraint(["key_id"], ["configs.id"], name="placements_key_id_fkey"),
    )
    moved = [_CONFIGS.c[name] for name in _MOVED]
    homes = sa.select(_CONFIGS.c.id, sa.literal(0), sa.literal("home"), _CONFIGS.c.placement, sa.false(), *moved)
    columns = ["key_id", "number", "state", "groups", "is_refused", *_MOVED]
    op.execute(_PLACEMENTS.insert().from_select(columns, homes))
    for index in ("idx_configs_username", "idx_configs_due", "idx_configs_alive"):
        op.drop_index(index, "configs")
    for column in (*_MOVED, "placement"):
        op.drop_column("configs", column)
    _create_index("idx_configs_alive", "configs", ["id", "status", "expires_at"], *_ALIVE)
    _create_index("idx_placements_username", "placements", ["panel_id", "username"], _HELD, _HELD, unique=True)
    _create_index("idx_placements_due", "placements", ["panel_id", "next_attempt_at"], _DUE, _DUE)
    _create_index("idx_placements_confirmed_at", "placements", ["confirmed_at"], _CONFIRMED, _CONFIRMED)
    _create_index("idx_placements_home", "placements", ["key_id"], _HOME, _HOME, unique=True)
    _create_index("idx_placements_panel", "placements", ["panel_id", "key_id", "desired", "applied"], _HOME, _HOME)


def downgrade() -> None:
    """Move the home of each key back. What is still to be removed from other panels is forgotten."""
    op.drop_index("idx_configs_alive", "configs")
    for name, kind in (("username", StorableText), ("panel_id", StorableText), ("node", StorableText),
                       ("placement", Document), ("subscription_url", StorableText), ("links", Document),
                       ("desired", sa.BigInteger), ("applied", sa.BigInteger), ("attempts", sa.Integer),
                       ("fence", sa.BigInteger), ("next_attempt_at", UtcDateTime),
                       ("last_error", StorableText)):  # fmt: skip
        op.add_column("configs", _column_of_old(name, kind))
    is_home = sa.and_(_PLACEMENTS.c.key_id == _CONFIGS.c.id, _PLACEMENTS.c.state == "home")
    names = {name: name for name in _MOVED} | {"placement": "groups"}
    homes = {old: sa.select(_PLACEMENTS.c[new]).where(is_home).scalar_subquery() for old, new in names.items()}
    op.execute(_CONFIGS.update().values(homes))
    op.drop_table("placements")
    _create_index("idx_configs_username", "configs", ["panel_id", "username"], *_ALIVE, unique=True)
    _create_index("idx_configs_due", "configs", ["next_attempt_at"], _WAS_DUE, _WAS_DUE)
    _create_index("idx_configs_alive", "configs", ["panel_id", "status", "expires_at", "desired", "applied"], *_ALIVE)


def _column_of_old(name: str, kind: Any) -> sa.Column[Any]:
    is_empty = name in ("panel_id", "node", "subscription_url", "next_attempt_at", "last_error")
    default = {"placement": "'[]'", "links": "'[]'", "username": "''"}.get(name, "0")
    return sa.Column(name, kind, nullable=is_empty, server_default=None if is_empty else sa.text(default))


def _create_index(
    name: str,
    table: str,
    columns: list[str],
    sqlite: sa.TextClause,
    postgresql: sa.TextClause,
    *,
    unique: bool = False,
) -> None:
    op.create_index(name, table, columns, unique=unique, sqlite_where=sqlite, postgresql_where=postgresql)

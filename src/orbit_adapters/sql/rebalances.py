"""What a rebalance has moved and may move, in SQL."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.indexes import IS_ALIVE, IS_HOME
from orbit_adapters.sql.query import fetch_all
from orbit_adapters.sql.tables import configs, placements
from orbit_domain.ids import KeyId, PanelId
from orbit_domain.node.fleet import Place
from orbit_domain.node.rebalance import NodeName

_IS_ENABLED = configs.c.status == literal_column("'active'")
_moved = placements.alias("moved")


class SqlRebalances:
    """The port `Rebalances`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def moved_since(self, at: datetime) -> int:
        """How many homes were chosen by a rebalance at *at* or later."""
        statement = select(func.count().label("moves")).where(placements.c.rebalanced_at >= at)
        (row,) = await fetch_all(self._connection, statement)
        return int(row["moves"])

    async def movable(self, now: datetime, rested_since: datetime) -> Mapping[NodeName, int]:
        """How many keys of each node may move: one statement."""
        panel_id, node = placements.c.panel_id, placements.c.node
        statement = _movable(select(panel_id, node, func.count().label("keys")), now, rested_since)
        rows = await fetch_all(self._connection, statement.group_by(panel_id, node))
        return {(PanelId(row["panel_id"]), row["node"]): row["keys"] for row in rows}

    async def movable_on(self, place: Place, now: datetime, rested_since: datetime, limit: int) -> tuple[KeyId, ...]:
        """The first of those on the node of *place*, by id."""
        on_node = (placements.c.panel_id == place.panel_id, placements.c.node == place.node)
        statement = _movable(select(placements.c.key_id).where(*on_node), now, rested_since)
        rows = await fetch_all(self._connection, statement.order_by(placements.c.key_id).limit(limit))
        return tuple(KeyId(row["key_id"]) for row in rows)


def _movable(statement: Select[Any], now: datetime, rested_since: datetime) -> Select[Any]:
    """*statement* about homes that their panel has confirmed, of keys that serve somebody and are at rest."""
    was_moved = select(_moved.c.number).where(_moved.c.key_id == configs.c.id, _moved.c.rebalanced_at >= rested_since)
    return statement.join(configs, configs.c.id == placements.c.key_id).where(
        IS_ALIVE,
        IS_HOME,
        _IS_ENABLED,
        configs.c.expires_at > now,
        placements.c.panel_id.is_not(None),
        placements.c.node.is_not(None),
        placements.c.applied >= placements.c.desired,
        ~was_moved.exists(),
    )

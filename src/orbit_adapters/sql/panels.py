"""Panels, and how they are reached, in SQL."""

from collections.abc import Mapping

from sqlalchemy import Select, and_, false, func, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.indexes import IS_ALIVE, IS_HOME
from orbit_adapters.sql.query import Row, dialect_insert, execute, fetch_all, fetch_one, rowcount
from orbit_adapters.sql.tables import configs, marzban_instances, placements
from orbit_domain.access.panel_connection import ConnectionDocument
from orbit_domain.access.repository import PanelRecord
from orbit_domain.ids import PanelId

_id, _connection = marzban_instances.c.id, marzban_instances.c.connection
_IS_THERE = marzban_instances.c.removed == false()


class SqlPanels:
    """The port `PanelRecords`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def all(self) -> tuple[PanelRecord, ...]:
        """Every panel, by priority and id."""
        statement = _panels().order_by(marzban_instances.c.priority, _id)
        return tuple(_panel_from(row) for row in await fetch_all(self._connection, statement))

    async def lock(self, panel_id: PanelId) -> PanelRecord | None:
        """The panel, held until the transaction ends."""
        row = await fetch_one(self._connection, _panels().where(_id == panel_id).with_for_update())
        return _panel_from(row) if row is not None else None

    async def put(self, panel: PanelRecord) -> None:
        """Record the panel as it is set up now."""
        row = {
            "kind": panel.kind,
            "name": panel.name,
            "is_active": panel.is_active,
            "priority": panel.priority,
            "capacity": panel.capacity,
            "regions": panel.regions,
            "excluded_node_names": panel.excluded_nodes,
            "draining": panel.draining,
            "evacuating": panel.evacuating,
            "removed": False,
        }
        statement = dialect_insert(self._connection, marzban_instances).values(id=panel.id, **row)
        await execute(self._connection, statement.on_conflict_do_update(index_elements=["id"], set_=row))

    async def remove(self, panel_id: PanelId) -> None:
        """The panel isn't one of the shop's any more."""
        gone = {"removed": true(), "connection": {}}
        await execute(self._connection, update(marzban_instances).where(_id == panel_id).values(gone))

    async def keys_on(self, panel_id: PanelId) -> int:
        """How many keys have their home on the panel."""
        homes = and_(placements.c.key_id == configs.c.id, IS_HOME, placements.c.panel_id == panel_id)
        statement = select(func.count().label("keys")).select_from(configs).join(placements, homes).where(IS_ALIVE)
        (row,) = await fetch_all(self._connection, statement)
        return int(row["keys"])


class SqlPanelConnections:
    """The port `PanelConnections`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def all(self) -> Mapping[PanelId, ConnectionDocument]:
        """The connection of each panel that has one here."""
        rows = await fetch_all(self._connection, select(_id, _connection).where(_IS_THERE))
        return {PanelId(row["id"]): row["connection"] for row in rows if row["connection"]}

    async def put(self, panel_id: PanelId, document: ConnectionDocument) -> None:
        """Record how the panel is reached from now on. Raises LookupError for a panel that isn't recorded."""
        statement = update(marzban_instances).where(_id == panel_id, _IS_THERE).values(connection=document)
        if not await rowcount(self._connection, statement):
            raise LookupError(f"there is no panel {panel_id}")


def _panels() -> Select[tuple[object, ...]]:
    kept = (column for column in marzban_instances.c if column.name not in ("connection", "removed"))
    return select(*kept).where(_IS_THERE)


def _panel_from(row: Row) -> PanelRecord:
    return PanelRecord(
        id=PanelId(row["id"]),
        kind=row["kind"],
        name=row["name"],
        is_active=row["is_active"],
        priority=row["priority"],
        capacity=row["capacity"],
        regions=tuple(row["regions"]),
        excluded_nodes=tuple(row["excluded_node_names"]),
        draining=row["draining"],
        evacuating=row["evacuating"],
    )

"""Panels, and how they are reached, in memory."""

from collections.abc import Mapping

from orbit_adapters.memory.storable_text import sanitized
from orbit_adapters.memory.tables import Session
from orbit_domain.access.panel_connection import ConnectionDocument
from orbit_domain.access.repository import PanelRecord
from orbit_domain.ids import PanelId


class MemoryPanelRecords:
    """The port `PanelRecords`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def all(self) -> tuple[PanelRecord, ...]:
        """Every panel, by priority and id."""
        return tuple(sorted(self._session.tables.panels.values(), key=lambda panel: (panel.priority, panel.id)))

    async def lock(self, panel_id: PanelId) -> PanelRecord | None:
        """The panel; the whole storage is locked anyway."""
        return self._session.tables.panels.get(panel_id)

    async def put(self, panel: PanelRecord) -> None:
        """Record the panel as it is set up now."""
        panel = sanitized(panel)
        self._session.tables.panels[panel.id] = panel

    async def remove(self, panel_id: PanelId) -> None:
        """The panel isn't one of the shop's any more."""
        for table in (self._session.tables.panels, self._session.tables.panel_connections):
            if panel_id in table:
                del table[panel_id]

    async def keys_on(self, panel_id: PanelId) -> int:
        """How many keys have their home on the panel."""
        keys = self._session.tables.keys.values()
        return sum(key.panel_id == panel_id and not key.deleted for key in keys)


class MemoryPanelConnections:
    """The port `PanelConnections`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def all(self) -> Mapping[PanelId, ConnectionDocument]:
        """The connection of each panel that has one here."""
        return {panel_id: one for panel_id, one in self._session.tables.panel_connections.items() if one}

    async def put(self, panel_id: PanelId, document: ConnectionDocument) -> None:
        """Record how the panel is reached from now on. Raises LookupError for a panel that isn't recorded."""
        if panel_id not in self._session.tables.panels:
            raise LookupError(f"there is no panel {panel_id}")
        self._session.tables.panel_connections[panel_id] = sanitized(document)

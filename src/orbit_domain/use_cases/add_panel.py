"""The owner adds a panel."""

from dataclasses import dataclass

from orbit_domain.access.panel_changes import PanelExists
from orbit_domain.access.panel_connection import ConnectionDocument, panel_subject
from orbit_domain.access.repository import PanelRecord
from orbit_domain.clock import Clock
from orbit_domain.ids import Ids
from orbit_domain.storage import AdminAction, Storage


@dataclass(frozen=True, slots=True)
class AddPanel:
    """Record a panel and how it is reached: new keys may be placed there from now on. Raises PanelExists."""

    storage: Storage
    clock: Clock
    ids: Ids

    async def __call__(self, panel: PanelRecord, connection: ConnectionDocument, actor: str, reason: str = "") -> None:
        async with self.storage.transaction() as tx:
            if await tx.panels.lock(panel.id) is not None:
                raise PanelExists(panel.id)
            await tx.panels.put(panel)
            await tx.panel_connections.put(panel.id, connection)
            what = "; ".join(filter(None, (panel.kind, reason)))
            action = AdminAction(self.ids.uuid(), actor, "add_panel", panel_subject(panel.id), what, self.clock.now())
            await tx.admin_log.add(action)

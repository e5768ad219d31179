"""The owner sets up a panel otherwise."""

from dataclasses import dataclass

from orbit_domain.access.panel_changes import NoSuchPanel, PanelEdit, differences
from orbit_domain.access.panel_connection import ConnectionDocument, panel_subject
from orbit_domain.access.repository import PanelRecord
from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, PanelId
from orbit_domain.steps.require_permission import Actor, permitted_actor
from orbit_domain.storage import AdminAction, Storage
from orbit_domain.user.permission import Permission


@dataclass(frozen=True, slots=True)
class ChangePanel:
    """Change what is recorded of a panel, and, with *connection*, how it is reached. Raises NotPermitted, NoSuchPanel.

    Where keys live already stays as it is. What changes nothing isn't logged.
    """

    storage: Storage
    clock: Clock
    ids: Ids

    async def __call__(
        self,
        panel_id: PanelId,
        changes: PanelEdit,
        actor: Actor,
        reason: str = "",
        connection: ConnectionDocument | None = None,
    ) -> PanelRecord:
        async with self.storage.transaction() as tx:
            name = await permitted_actor(tx, actor, Permission.RUN_PANELS)
            before = await tx.panels.lock(panel_id)
            if before is None:
                raise NoSuchPanel(panel_id)
            after = changes.applied_to(before)
            changed = differences(before, after)
            if changed:
                await tx.panels.put(after)
            if connection is not None:
                await tx.panel_connections.put(panel_id, connection)
                changed = (*changed, "connection")
            if changed:
                what, now = "; ".join(filter(None, (*changed, reason))), self.clock.now()
                action = AdminAction(self.ids.uuid(), name, "change_panel", panel_subject(panel_id), what, now)
                await tx.admin_log.add(action)
        return after

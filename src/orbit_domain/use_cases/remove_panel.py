"""The owner takes a panel out of the shop."""

from dataclasses import dataclass

from orbit_domain.access.panel_changes import NoSuchPanel, PanelHasKeys
from orbit_domain.access.panel_connection import panel_subject
from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, PanelId
from orbit_domain.storage import AdminAction, Storage


@dataclass(frozen=True, slots=True)
class RemovePanel:
    """Forget a panel where no key lives, and how it was reached. Raises NoSuchPanel, PanelHasKeys.

    A key that is being placed there at this moment finds no panel, and is placed elsewhere.
    """

    storage: Storage
    clock: Clock
    ids: Ids

    async def __call__(self, panel_id: PanelId, actor: str, reason: str = "") -> None:
        async with self.storage.transaction() as tx:
            if await tx.panels.lock(panel_id) is None:
                raise NoSuchPanel(panel_id)
            keys = await tx.panels.keys_on(panel_id)
            if keys:
                raise PanelHasKeys(panel_id, keys)
            await tx.panels.remove(panel_id)
            now, subject = self.clock.now(), panel_subject(panel_id)
            await tx.admin_log.add(AdminAction(self.ids.uuid(), actor, "remove_panel", subject, reason, now))

"""The owner takes a panel out of the shop."""

from dataclasses import dataclass

from orbit_domain.access.panel_changes import NoSuchPanel, PanelHasAccounts, PanelHasKeys
from orbit_domain.access.panel_connection import panel_subject
from orbit_domain.access.repository import PanelDuties
from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, PanelId
from orbit_domain.storage import AdminAction, Storage


@dataclass(frozen=True, slots=True)
class RemovePanel:
    """Forget a panel where no key lives, and how it was reached.

    A key that is being placed there at this moment finds no panel, and is placed elsewhere.
    """

    storage: Storage
    clock: Clock
    ids: Ids

    async def __call__(self, panel_id: PanelId, actor: str, reason: str = "", *, forget: bool = False) -> int:
        """How many accounts that were still to be removed there are forgotten: with *forget*, when it is gone for ever.

        Raises NoSuchPanel, PanelHasKeys, PanelHasAccounts (without *forget*).
        """
        async with self.storage.transaction() as tx:
            if await tx.panels.lock(panel_id) is None:
                raise NoSuchPanel(panel_id)
            keys = await tx.panels.keys_on(panel_id)
            duties = (await tx.keys.duties()).get(panel_id, PanelDuties())
            if keys or duties.leaving:
                raise PanelHasKeys(panel_id, keys, duties.leaving)
            if duties.removing and not forget:
                raise PanelHasAccounts(panel_id, duties.removing)
            forgotten = await tx.keys.forget_removals(panel_id) if forget else 0
            await tx.panels.remove(panel_id)
            what = "; ".join(filter(None, (f"accounts forgotten: {forgotten}" if forgotten else "", reason)))
            now, subject = self.clock.now(), panel_subject(panel_id)
            await tx.admin_log.add(AdminAction(self.ids.uuid(), actor, "remove_panel", subject, what, now))
        return forgotten

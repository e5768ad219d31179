"""The owner says whether a node takes new keys."""

from dataclasses import dataclass, replace

from orbit_domain.access.panel_changes import NoSuchNode, NoSuchPanel, differences
from orbit_domain.access.panel_connection import panel_subject
from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, PanelId, TelegramId
from orbit_domain.node.fleet import NodeStamp, node_stamp
from orbit_domain.steps.require_permission import StaffMember, permitted_actor, require_permission
from orbit_domain.storage import AdminAction, Storage
from orbit_domain.use_cases.read_fleet import ReadFleet
from orbit_domain.user.permission import Permission


@dataclass(frozen=True, slots=True)
class SwitchNode:
    """Exclude a node of a panel, or let it take new keys again. Keys that live there stay. Twice is like once.

    Raises NotPermitted, NoSuchPanel, NoSuchNode.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    read_fleet: ReadFleet
    owner: TelegramId | None

    async def __call__(self, staff_id: TelegramId, panel_id: PanelId, stamp: NodeStamp, *, takes: bool) -> None:
        staff = StaffMember(staff_id, self.owner)
        async with self.storage.transaction() as tx:
            await require_permission(tx, staff, Permission.RUN_PANELS)
        # Read anew, since only what the panel names now can be excluded; what is excluded may be gone from it.
        named = {node.reading.name for node in await self.read_fleet() if node.panel_id == panel_id}
        async with self.storage.transaction() as tx:
            actor = await permitted_actor(tx, staff, Permission.RUN_PANELS)
            before = await tx.panels.lock(panel_id)
            if before is None:
                raise NoSuchPanel(panel_id)
            name = next((one for one in {*named, *before.excluded_nodes} if node_stamp(one) == stamp), None)
            if name is None:
                raise NoSuchNode(panel_id)
            others = tuple(one for one in before.excluded_nodes if one != name)
            if takes == (name not in before.excluded_nodes):
                return
            after = replace(before, excluded_nodes=others if takes else (*others, name))
            await tx.panels.put(after)
            what, now = "; ".join(differences(before, after)), self.clock.now()
            await tx.admin_log.add(
                AdminAction(self.ids.uuid(), actor, "change_panel", panel_subject(panel_id), what, now)
            )

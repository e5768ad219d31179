"""The owner looks at the panels in Telegram, and says which of them take new keys."""

from dataclasses import dataclass

from orbit_domain.access.panel_changes import NoSuchPanel, PanelEdit
from orbit_domain.ids import PanelId, TelegramId
from orbit_domain.node.fleet import Node
from orbit_domain.steps.require_permission import StaffMember, require_permission
from orbit_domain.storage import Storage
from orbit_domain.use_cases.change_panel import ChangePanel
from orbit_domain.use_cases.list_panels import ListedPanel, ListPanels
from orbit_domain.use_cases.read_fleet import ReadFleet
from orbit_domain.user.permission import Permission
from orbit_domain.user.user import User


@dataclass(frozen=True, slots=True)
class PanelsView:
    """Who looks, and the panels by priority and id."""

    user: User
    panels: tuple[ListedPanel, ...]


@dataclass(frozen=True, slots=True)
class PanelPage:
    """One panel with its nodes, as they answer now, and how many keys with time left live there.

    `is_last`: no other panel takes new keys.
    """

    user: User
    panel: ListedPanel
    nodes: tuple[Node, ...]
    living: int
    is_last: bool


@dataclass(frozen=True, slots=True)
class ShowPanels:
    """Every panel; none is called. Raises NotPermitted, NoSuchUser."""

    storage: Storage
    list_panels: ListPanels
    owner: TelegramId | None

    async def __call__(self, staff_id: TelegramId) -> PanelsView:
        async with self.storage.transaction() as tx:
            user = await require_permission(tx, StaffMember(staff_id, self.owner), Permission.RUN_PANELS)
        return PanelsView(user, await self.list_panels())


@dataclass(frozen=True, slots=True)
class ShowPanel:
    """One panel. A panel that doesn't answer has no nodes. Raises NotPermitted, NoSuchUser, NoSuchPanel."""

    storage: Storage
    list_panels: ListPanels
    read_fleet: ReadFleet
    owner: TelegramId | None

    async def __call__(self, staff_id: TelegramId, panel_id: PanelId) -> PanelPage:
        async with self.storage.transaction() as tx:
            user = await require_permission(tx, StaffMember(staff_id, self.owner), Permission.RUN_PANELS)
        counts = await self.read_fleet.count_keys()
        panels = {panel.record.id: panel for panel in await self.list_panels()}
        if panel_id not in panels:
            raise NoSuchPanel(panel_id)
        others = (panel.record for panel in panels.values() if panel.record.id != panel_id)
        return PanelPage(
            user=user,
            panel=panels[panel_id],
            nodes=tuple(node for node in await self.read_fleet() if node.panel_id == panel_id),
            living=sum(keys for (panel, _), keys in counts.items() if panel == panel_id),
            is_last=not any(record.is_active and not record.draining for record in others),
        )


@dataclass(frozen=True, slots=True)
class DrainPanel:
    """No new keys there from now on, or again. Keys that live there stay. Raises NotPermitted, NoSuchPanel."""

    change_panel: ChangePanel
    owner: TelegramId | None

    async def __call__(self, staff_id: TelegramId, panel_id: PanelId, *, drains: bool) -> None:
        await self.change_panel(panel_id, PanelEdit(draining=drains), StaffMember(staff_id, self.owner))

"""The owner looks at the panels in Telegram, and lets one be emptied or filled again."""

from dataclasses import dataclass

from orbit_domain.access.panel_changes import NoSuchPanel, PanelEdit
from orbit_domain.ids import PanelId, TelegramId
from orbit_domain.steps.require_permission import StaffMember, require_permission
from orbit_domain.storage import Storage
from orbit_domain.use_cases.change_panel import ChangePanel
from orbit_domain.use_cases.list_panels import ListedPanel, ListPanels
from orbit_domain.user.permission import Permission
from orbit_domain.user.user import User


@dataclass(frozen=True, slots=True)
class PanelsView:
    """Who looks, and the panels by priority and id."""

    user: User
    panels: tuple[ListedPanel, ...]


@dataclass(frozen=True, slots=True)
class ShowPanels:
    """Every panel; with *only* that one. Raises NotPermitted, NoSuchUser, NoSuchPanel."""

    storage: Storage
    list_panels: ListPanels
    owner: TelegramId | None

    async def __call__(self, staff_id: TelegramId, only: PanelId | None = None) -> PanelsView:
        async with self.storage.transaction() as tx:
            user = await require_permission(tx, StaffMember(staff_id, self.owner), Permission.RUN_PANELS)
        panels = await self.list_panels(only)
        if only is not None and not panels:
            raise NoSuchPanel(only)
        return PanelsView(user, panels)


@dataclass(frozen=True, slots=True)
class DrainPanel:
    """No new keys there from now on, or again. Keys that live there stay. Raises NotPermitted, NoSuchPanel."""

    change_panel: ChangePanel
    owner: TelegramId | None

    async def __call__(self, staff_id: TelegramId, panel_id: PanelId, *, drains: bool) -> None:
        await self.change_panel(panel_id, PanelEdit(draining=drains), StaffMember(staff_id, self.owner))

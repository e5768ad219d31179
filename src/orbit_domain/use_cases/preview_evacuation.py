"""What would move if a panel were emptied now."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from orbit_domain.access.key import Key
from orbit_domain.access.panel_changes import NoSuchPanel
from orbit_domain.access.repository import PanelRecord
from orbit_domain.clock import Clock
from orbit_domain.ids import KeyId, PanelId, TelegramId
from orbit_domain.node.choice import Choice, PlacementRequest, choose_nodes
from orbit_domain.steps.require_permission import StaffMember, require_permission
from orbit_domain.storage import Storage
from orbit_domain.use_cases.read_fleet import ReadFleet
from orbit_domain.user.permission import Permission
from orbit_domain.user.user import User


@dataclass(frozen=True, slots=True)
class EvacuationPreview:
    """How many keys would go to each panel, have no place elsewhere, and have no time left, so that they stay.

    `is_all`: every key of the panel was looked at, not only the first ones. `is_last`: no other panel takes new keys.
    """

    user: User
    panel: PanelRecord
    moves: Mapping[PanelId, int]
    names: Mapping[PanelId, str]
    without_place: int
    without_time: int
    is_all: bool
    is_last: bool


@dataclass(frozen=True, slots=True)
class PreviewEvacuation:
    """Look at the first keys of the panel, and choose places as if all were free. Nothing is moved.

    Raises NotPermitted, NoSuchPanel.
    """

    storage: Storage
    clock: Clock
    read_fleet: ReadFleet
    owner: TelegramId | None
    page_size: int = 200
    looked_at: int = 2_000

    async def __call__(self, staff_id: TelegramId, panel_id: PanelId) -> EvacuationPreview:
        async with self.storage.transaction() as tx:
            user = await require_permission(tx, StaffMember(staff_id, self.owner), Permission.RUN_PANELS)
            records = {record.id: record for record in await tx.panels.all()}
        if panel_id not in records:
            raise NoSuchPanel(panel_id)
        keys, is_all = await self._keys(panel_id)
        now = self.clock.now()
        living = [key for key in keys if key.enabled and key.expires_at > now]
        fleet = [node for node in await self.read_fleet() if node.panel_id != panel_id] if living else []
        choices = choose_nodes(fleet, [PlacementRequest(key.region) for key in living], now)
        moves = Counter(choice.panel_id for choice in choices if isinstance(choice, Choice))
        others = [record for record in records.values() if record.id != panel_id]
        return EvacuationPreview(
            user=user,
            panel=records[panel_id],
            moves=moves,
            names={record.id: record.name or str(record.id) for record in others},
            without_place=len(living) - moves.total(),
            without_time=len(keys) - len(living),
            is_all=is_all,
            is_last=not any(record.is_active and not record.draining for record in others),
        )

    async def _keys(self, panel_id: PanelId) -> tuple[list[Key], bool]:
        keys: list[Key] = []
        after: KeyId | None = None
        while len(keys) < self.looked_at:
            async with self.storage.transaction() as tx:
                page = await tx.keys.on_panel(panel_id, after, self.page_size)
            if not page:
                return keys, True
            keys += page
            after = page[-1].id
        return keys, False

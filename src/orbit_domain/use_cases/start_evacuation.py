"""The owner lets the worker empty a panel, or stops it."""

from dataclasses import dataclass, replace

from orbit_domain.access.panel_changes import NoSuchPanel
from orbit_domain.access.panel_connection import panel_subject
from orbit_domain.access.repository import PanelRecord
from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, PanelId, TelegramId
from orbit_domain.steps.already_done import already_done
from orbit_domain.steps.require_permission import StaffMember, permitted_actor
from orbit_domain.storage import AdminAction, Storage, Transaction
from orbit_domain.user.permission import Permission

STARTED, STOPPED, ENDED = "start_evacuation", "stop_evacuation", "end_evacuation"


@dataclass(frozen=True, slots=True)
class StartEvacuation:
    """From now on the panel gets no new keys, and `CarryOutEvacuations` gives those that live there another home.

    It goes on through restarts until it is stopped, or no key with time left lives there. Raises NotPermitted,
    NoSuchPanel, and AlreadyDone when somebody has started it before.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    owner: TelegramId | None

    async def __call__(self, staff_id: TelegramId, panel_id: PanelId) -> None:
        async with self.storage.transaction() as tx:
            actor = await permitted_actor(tx, StaffMember(staff_id, self.owner), Permission.RUN_PANELS)
            record = await locked_panel(tx, panel_id)
            if record.evacuating:
                raise await already_done(tx, panel_subject(panel_id), STARTED)
            await tx.panels.put(replace(record, draining=True, evacuating=True))
            await tx.admin_log.add(
                AdminAction(self.ids.uuid(), actor, STARTED, panel_subject(panel_id), "", self.clock.now())
            )


@dataclass(frozen=True, slots=True)
class StopEvacuation:
    """No further key begins to move. Those that were moved stay, and the panel still gets no new ones.

    Raises NotPermitted, NoSuchPanel, and AlreadyDone when it was stopped before, or has come to its end.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    owner: TelegramId | None

    async def __call__(self, staff_id: TelegramId, panel_id: PanelId) -> None:
        async with self.storage.transaction() as tx:
            actor = await permitted_actor(tx, StaffMember(staff_id, self.owner), Permission.RUN_PANELS)
            record = await locked_panel(tx, panel_id)
            if not record.evacuating:
                raise await already_done(tx, panel_subject(panel_id), STOPPED, ENDED)
            await tx.panels.put(replace(record, evacuating=False))
            await tx.admin_log.add(
                AdminAction(self.ids.uuid(), actor, STOPPED, panel_subject(panel_id), "", self.clock.now())
            )


async def locked_panel(tx: Transaction, panel_id: PanelId) -> PanelRecord:
    """The panel, held until the transaction ends. Raises NoSuchPanel."""
    record = await tx.panels.lock(panel_id)
    if record is None:
        raise NoSuchPanel(panel_id)
    return record

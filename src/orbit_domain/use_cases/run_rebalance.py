"""The owner spreads keys over the panels from Telegram: looks, starts, stops."""

from dataclasses import dataclass

from orbit_domain.access.rebalance import BEGUN, ENDED, REBALANCE, STOPPED
from orbit_domain.ids import TelegramId
from orbit_domain.steps.already_done import already_done
from orbit_domain.steps.require_permission import StaffMember, require_permission
from orbit_domain.storage import Storage
from orbit_domain.use_cases.show_rebalance import RebalanceView, ShowRebalance
from orbit_domain.use_cases.start_rebalance import StartRebalance
from orbit_domain.use_cases.stop_rebalance import StopRebalance
from orbit_domain.user.permission import Permission
from orbit_domain.user.user import User


@dataclass(frozen=True, slots=True)
class RebalancePage:
    """What would move, and how far one is that runs."""

    user: User
    view: RebalanceView


@dataclass(frozen=True, slots=True)
class OpenRebalance:
    """Plan it with what panels and keys are now, and move nothing. Raises NotPermitted."""

    storage: Storage
    show_rebalance: ShowRebalance
    owner: TelegramId | None

    async def __call__(self, staff_id: TelegramId) -> RebalancePage:
        async with self.storage.transaction() as tx:
            user = await require_permission(tx, StaffMember(staff_id, self.owner), Permission.RUN_PANELS)
        return RebalancePage(user, await self.show_rebalance())


@dataclass(frozen=True, slots=True)
class SteerRebalance:
    """Start it or stop it. Raises NotPermitted, and AlreadyDone with whoever was first."""

    storage: Storage
    start_rebalance: StartRebalance
    stop_rebalance: StopRebalance
    owner: TelegramId | None

    async def __call__(self, staff_id: TelegramId, *, runs: bool) -> None:
        staff = StaffMember(staff_id, self.owner)
        if runs:
            done = await self.start_rebalance(staff)
        else:
            done = await self.stop_rebalance(staff) is not None
        if not done:
            async with self.storage.transaction() as tx:
                raise await already_done(tx, REBALANCE, *([BEGUN] if runs else [STOPPED, ENDED]))

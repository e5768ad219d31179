"""Adjustments that wait for a second admin, decided in Telegram."""

from dataclasses import dataclass
from uuid import UUID

from orbit_domain.ids import TelegramId
from orbit_domain.ledger.adjustments import Adjustment, AdjustmentDecided, decision_name
from orbit_domain.ledger.ledger import EntryKind, InsufficientBalance
from orbit_domain.steps.already_done import done_by, username_of_actor
from orbit_domain.steps.require_permission import StaffMember, require_permission
from orbit_domain.storage import Storage
from orbit_domain.use_cases.decide_adjustment import ConfirmAdjustment, RejectAdjustment
from orbit_domain.use_cases.list_adjustments import ListAdjustments
from orbit_domain.use_cases.staff_action import DebitTooLarge
from orbit_domain.user.permission import Permission
from orbit_domain.user.user import User

_SHOWN = 5
_REJECTED = "rejected in Telegram"


@dataclass(frozen=True, slots=True)
class WaitingAdjustment:
    """The adjustment, whom it is about, and the username of the admin who asks."""

    adjustment: Adjustment
    customer: User | None
    admin: str | None


@dataclass(frozen=True, slots=True)
class WaitingAdjustments:
    """Who looks, and what waits, oldest first; no more than fits on a screen."""

    user: User
    waiting: tuple[WaitingAdjustment, ...]


@dataclass(frozen=True, slots=True)
class ShowAdjustments:
    """What waits for a second admin. Raises NotPermitted, NoSuchUser."""

    storage: Storage
    list_adjustments: ListAdjustments
    owner: TelegramId | None

    async def __call__(self, staff_id: TelegramId) -> WaitingAdjustments:
        listed = await self.list_adjustments(_SHOWN)
        async with self.storage.transaction() as tx:
            user = await require_permission(tx, StaffMember(staff_id, self.owner), Permission.ADJUST_BALANCE)
            waiting = [
                WaitingAdjustment(one, await tx.users.get(one.tg_id), await username_of_actor(tx, one.actor))
                for one in listed
            ]
        return WaitingAdjustments(user, tuple(waiting))


@dataclass(frozen=True, slots=True)
class DecideByStaff:
    """Confirm or reject. Raises NotPermitted, NoSuchAdjustment, SecondAdminNeeded, AlreadyDone, DebitTooLarge."""

    storage: Storage
    confirm_adjustment: ConfirmAdjustment
    reject_adjustment: RejectAdjustment
    owner: TelegramId | None

    async def __call__(self, staff_id: TelegramId, request_id: UUID, *, agrees: bool) -> Adjustment:
        staff = StaffMember(staff_id, self.owner)
        try:
            if agrees:
                return await self.confirm_adjustment(request_id, staff)
            return await self.reject_adjustment(request_id, staff, _REJECTED)
        except InsufficientBalance as error:
            raise DebitTooLarge(error.balance) from error
        except AdjustmentDecided as error:
            async with self.storage.transaction() as tx:
                entry = await tx.ledger.entry(EntryKind.ADJUSTMENT, decision_name(request_id))
                actor, at = (entry.actor, entry.at) if entry is not None else ("", None)
                raise await done_by(tx, actor, at) from error

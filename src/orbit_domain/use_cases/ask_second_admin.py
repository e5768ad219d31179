"""A balance is moved by hand in Telegram: above the limit the other admins are asked."""

from dataclasses import dataclass
from uuid import UUID

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.notice.adjustment_asked import AdjustmentAsked
from orbit_domain.steps.notify import notify
from orbit_domain.steps.require_permission import StaffMember, require_permission
from orbit_domain.storage import Storage, Transaction
from orbit_domain.use_cases.adjust_balance import AdjustBalance, Adjusted
from orbit_domain.user.permission import PERMISSIONS, Permission
from orbit_domain.user.user import NoSuchUser


@dataclass(frozen=True, slots=True)
class AskSecondAdmin:
    """Move the balance, or ask for it: whoever else may decide is told, once each.

    A crash in between loses no request: it stands in the list of those that wait.
    Raises NotPermitted, NoSuchUser, InsufficientBalance, AdjustmentNameTaken.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    adjust_balance: AdjustBalance

    async def __call__(
        self, request_id: UUID, tg_id: TelegramId, units: int, staff: StaffMember, reason: str
    ) -> Adjusted:
        adjusted = await self.adjust_balance(request_id, tg_id, units, staff, reason)
        if adjusted.waits:
            async with self.storage.transaction() as tx:
                await self._tell(tx, adjusted, staff)
        return adjusted

    async def _tell(self, tx: Transaction, adjusted: Adjusted, staff: StaffMember) -> None:
        admin = await require_permission(tx, staff, Permission.ADJUST_BALANCE)
        asked = adjusted.adjustment
        customer = await tx.users.get(asked.tg_id)
        if customer is None:
            raise NoSuchUser(asked.tg_id)
        name = f"@{admin.username}" if admin.username else str(admin.tg_id)
        notice = AdjustmentAsked(asked.id, asked.tg_id, customer.username, asked.units, name, asked.reason)
        for other in await _deciding(tx, staff):
            await notify(tx, self.ids, other, notice, self.clock.now())


async def _deciding(tx: Transaction, staff: StaffMember) -> list[TelegramId]:
    """Whoever else may decide."""
    people = [staff.with_role(one) for one in await tx.users.staff()]
    ids = {one.tg_id for one in people if Permission.ADJUST_BALANCE in PERMISSIONS[one.role]}
    if staff.owner is not None:
        ids.add(staff.owner)
    return sorted(ids - {staff.tg_id})

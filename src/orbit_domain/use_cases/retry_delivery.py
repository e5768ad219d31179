"""Someone of the staff lets what a customer waits for be tried again at once."""

from dataclasses import dataclass
from datetime import datetime

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, KeyId, TelegramId
from orbit_domain.steps.require_permission import StaffMember, permitted_actor
from orbit_domain.storage import AdminAction, Storage, Transaction, subject_of
from orbit_domain.user.permission import Permission


@dataclass(frozen=True, slots=True)
class RetryDelivery:
    """Whatever panels haven't confirmed of the customer's keys is due now, whatever pause it was in.

    Harmless to repeat. Raises NotPermitted, NoSuchUser.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    owner: TelegramId | None

    async def __call__(self, staff_id: TelegramId, tg_id: TelegramId) -> int:
        """How many keys are tried again."""
        async with self.storage.transaction() as tx:
            await tx.users.lock(tg_id)
            staff = StaffMember(staff_id, self.owner)
            name, now = await permitted_actor(tx, staff, Permission.RETRY_DELIVERY), self.clock.now()
            tried = sum([await _try_again(tx, key.id, now) for key in await tx.keys.of_user(tg_id)])
            if tried:
                why = f"{tried} keys"
                action = AdminAction(self.ids.uuid(), name, "retry_delivery", subject_of(tg_id), why, now)
                await tx.admin_log.add(action)
            return tried


async def _try_again(tx: Transaction, key_id: KeyId, now: datetime) -> bool:
    key = await tx.keys.lock(key_id)
    due = [one.number for one in key.placements if one.is_due_work] if key is not None else []
    if key is None or not due:
        return False
    for number in due:
        key = key.reapply(number, now)
    await tx.keys.save(key)
    return True

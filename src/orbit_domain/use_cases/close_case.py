"""A case is closed: by the staff, or by the customer, who has what they wanted."""

from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.ids import CaseId, Ids, TelegramId
from orbit_domain.steps.require_permission import StaffMember, require_permission
from orbit_domain.storage import AdminAction, Storage, telegram_actor
from orbit_domain.support.case import Case, NoSuchCase, case_subject
from orbit_domain.user.permission import Permission
from orbit_domain.user.user import NoSuchUser, User


@dataclass(frozen=True, slots=True)
class CloseCase:
    """Close it for the shop. Closing twice changes nothing. Raises NotPermitted, NoSuchUser, NoSuchCase."""

    storage: Storage
    clock: Clock
    ids: Ids
    owner: TelegramId | None

    async def __call__(self, admin_id: TelegramId, case_id: CaseId) -> Case:
        async with self.storage.transaction() as tx:
            await require_permission(tx, StaffMember(admin_id, self.owner), Permission.WRITE_TO_CUSTOMERS)
            found = await tx.cases.get(case_id)
            if found is None:
                raise NoSuchCase(case_id)
            await tx.users.lock(found.tg_id)
            case = await tx.cases.get(case_id) or found
            if not case.is_live:
                return case
            now, actor = self.clock.now(), telegram_actor(admin_id)
            await tx.cases.save(case.close(now))
            await tx.admin_log.add(AdminAction(self.ids.uuid(), actor, "close_case", case_subject(case_id), "", now))
        return case.close(now)


@dataclass(frozen=True, slots=True)
class CloseOwnCase:
    """The customer closes theirs. Closing twice changes nothing. Raises NoSuchCase, NoSuchUser."""

    storage: Storage
    clock: Clock

    async def __call__(self, tg_id: TelegramId, case_id: CaseId) -> User:
        async with self.storage.transaction() as tx:
            user = await tx.users.get(tg_id)
            if user is None:
                raise NoSuchUser(tg_id)
            await tx.users.lock(tg_id)
            case = await tx.cases.get(case_id)
            if case is None or case.tg_id != tg_id:
                raise NoSuchCase(case_id)
            await tx.cases.save(case.close(self.clock.now()))
        return user

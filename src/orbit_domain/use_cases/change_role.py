"""The owner gives a role to a user, or takes it away."""

from collections.abc import Sequence
from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.errors import Refusal
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.steps.already_done import already_done
from orbit_domain.steps.require_permission import StaffMember, require_permission
from orbit_domain.storage import AdminAction, Storage, subject_of, telegram_actor
from orbit_domain.user.permission import Permission
from orbit_domain.user.user import NoSuchUser, Role, User

_CHANGE = "change_role"


@dataclass(eq=False)
class OwnerStays(Refusal):
    """The owner by the settings is the owner: no button changes that."""

    tg_id: TelegramId


@dataclass(frozen=True, slots=True)
class StaffView:
    """Who looks, and everyone with a role, each with the one that counts."""

    user: User
    staff: tuple[User, ...]
    owner: TelegramId | None


@dataclass(frozen=True, slots=True)
class RoleChoice:
    """Who looks, whose role is asked about, and the roles to choose from."""

    user: User
    person: User
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class ShowStaff:
    """Everyone with a role. Raises NotPermitted, NoSuchUser."""

    storage: Storage
    owner: TelegramId | None

    async def __call__(self, staff_id: TelegramId) -> StaffView:
        staff = StaffMember(staff_id, self.owner)
        async with self.storage.transaction() as tx:
            user = await require_permission(tx, staff, Permission.APPOINT_STAFF)
            found: Sequence[User] = await tx.users.staff()
            owner = await tx.users.get(self.owner) if self.owner is not None else None
        if owner is not None and owner.tg_id not in {one.tg_id for one in found}:
            found = (owner, *found)
        return StaffView(user, tuple(staff.with_role(one) for one in found), self.owner)

    async def choice(self, staff_id: TelegramId, tg_id: TelegramId) -> RoleChoice:
        """What the user may be made. Raises NotPermitted, NoSuchUser, OwnerStays, CustomerBanned."""
        async with self.storage.transaction() as tx:
            user = await require_permission(tx, StaffMember(staff_id, self.owner), Permission.APPOINT_STAFF)
            person = await tx.users.get(tg_id)
        if person is None:
            raise NoSuchUser(tg_id)
        if tg_id == self.owner:
            raise OwnerStays(tg_id)
        person.require_welcome()
        return RoleChoice(user, person, tuple(role for role in Role if role is not person.role))


@dataclass(frozen=True, slots=True)
class ChangeRole:
    """From now on the user may do what the role says. The owner by the settings keeps his.

    Raises NotPermitted, NoSuchUser, OwnerStays, CustomerBanned, AlreadyDone, UserLocked.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    owner: TelegramId | None

    async def __call__(self, staff_id: TelegramId, tg_id: TelegramId, role: Role) -> None:
        async with self.storage.transaction() as tx:
            await require_permission(tx, StaffMember(staff_id, self.owner), Permission.APPOINT_STAFF)
            if tg_id == self.owner:
                raise OwnerStays(tg_id)
            person = await tx.users.lock(tg_id)
            if person.role is role:
                raise await already_done(tx, subject_of(tg_id), _CHANGE)
            person.require_welcome()
            why = f"{person.role} → {role}"
            subject, now = subject_of(tg_id), self.clock.now()
            action = AdminAction(self.ids.uuid(), telegram_actor(staff_id), _CHANGE, subject, why, now)
            # The row comes first: a restricted database role changes nothing without it.
            await tx.admin_log.add(action)
            await tx.users.set_role(tg_id, role)

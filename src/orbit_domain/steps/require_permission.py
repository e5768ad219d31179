"""Who acts for the shop, and whether they may do so now."""

from dataclasses import dataclass, replace

from orbit_domain.errors import Refusal
from orbit_domain.ids import TelegramId
from orbit_domain.storage import Transaction, telegram_actor
from orbit_domain.user.permission import PERMISSIONS, Permission
from orbit_domain.user.user import NoSuchUser, Role, User


@dataclass(eq=False)
class NotPermitted(Refusal):
    """This user's role doesn't allow it, or doesn't any more."""

    tg_id: TelegramId
    permission: Permission


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A user who acts in Telegram. `owner` is the owner by the settings, whatever role is recorded."""

    tg_id: TelegramId
    owner: TelegramId | None

    def with_role(self, user: User) -> User:
        """*user* with the role that counts."""
        return replace(user, role=Role.OWNER) if user.tg_id == self.owner else user


Actor = str | StaffMember
"""A name from the server's command line, where everything is allowed, or a user whose role decides."""


async def require_permission(tx: Transaction, staff: StaffMember, permission: Permission) -> User:
    """The user, with the role that counts. Raises NoSuchUser, NotPermitted."""
    user = await tx.users.get(staff.tg_id)
    if user is None:
        raise NoSuchUser(staff.tg_id)
    user = staff.with_role(user)
    if permission not in PERMISSIONS[user.role]:
        raise NotPermitted(staff.tg_id, permission)
    return user


async def find_permitted(tx: Transaction, staff: StaffMember, permission: Permission) -> User | None:
    """The user, with the role that counts; None for one who may not, and isn't told more. Raises NoSuchUser."""
    try:
        return await require_permission(tx, staff, permission)
    except NotPermitted:
        return None


async def permitted_actor(tx: Transaction, actor: Actor, permission: Permission) -> str:
    """The name of *actor* in the log, asked in the transaction that acts. Raises NoSuchUser, NotPermitted."""
    if isinstance(actor, str):
        return actor
    return telegram_actor((await require_permission(tx, actor, permission)).tg_id)

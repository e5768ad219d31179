"""Who may decide about other people's money."""

from dataclasses import dataclass

from orbit_domain.errors import Refusal
from orbit_domain.ids import TelegramId
from orbit_domain.storage import Transaction
from orbit_domain.user.user import NoSuchUser, Role, User

_ADMINS = (Role.ADMIN, Role.OWNER)


@dataclass(eq=False)
class AdminsOnly(Refusal):
    """Only the owner and the admins may do this."""

    tg_id: TelegramId


async def require_admin(tx: Transaction, tg_id: TelegramId, owner: TelegramId | None) -> User:
    """The user, if he is the owner by the settings or an admin. Raises AdminsOnly, NoSuchUser."""
    user = await tx.users.get(tg_id)
    if user is None:
        raise NoSuchUser(tg_id)
    if tg_id != owner and user.role not in _ADMINS:
        raise AdminsOnly(tg_id)
    return user

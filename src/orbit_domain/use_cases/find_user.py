"""A user, with the role that counts."""

from dataclasses import dataclass, replace

from orbit_domain.ids import TelegramId
from orbit_domain.storage import Storage
from orbit_domain.user.user import NoSuchUser, Role, User


@dataclass(frozen=True, slots=True)
class FindUser:
    """Read a user. The owner by the settings is the owner, whatever role is recorded. Raises NoSuchUser."""

    storage: Storage
    owner: TelegramId | None

    async def __call__(self, tg_id: TelegramId) -> User:
        async with self.storage.transaction() as tx:
            user = await tx.users.get(tg_id)
        if user is None:
            raise NoSuchUser(tg_id)
        return replace(user, role=Role.OWNER) if tg_id == self.owner else user

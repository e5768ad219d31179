"""How the shop is now, for those who look after it."""

from dataclasses import dataclass

from orbit_domain.health import HealthReader, HealthReport
from orbit_domain.ids import TelegramId
from orbit_domain.storage import Storage
from orbit_domain.user.permission import PERMISSIONS, Permission
from orbit_domain.user.user import NoSuchUser, User


@dataclass(frozen=True, slots=True)
class HealthView:
    """The report, and who reads it."""

    user: User
    report: HealthReport


@dataclass(frozen=True, slots=True)
class ShowHealth:
    """Ask every part of the shop how it is; for users who may not see that nothing is asked. Raises NoSuchUser.

    `owner` is the owner by the settings, whatever role is recorded.
    """

    storage: Storage
    health: HealthReader
    owner: TelegramId | None

    async def __call__(self, tg_id: TelegramId) -> HealthView | None:
        """How each part is; None for a user who may not see it."""
        async with self.storage.transaction() as tx:
            user = await tx.users.get(tg_id)
        if user is None:
            raise NoSuchUser(tg_id)
        if tg_id != self.owner and Permission.SEE_STATS not in PERMISSIONS[user.role]:
            return None
        return HealthView(user, await self.health.read())

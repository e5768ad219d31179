"""The shop in figures for whoever may see them."""

from dataclasses import dataclass

from orbit_domain.ids import TelegramId
from orbit_domain.stats import Stats
from orbit_domain.storage import Storage
from orbit_domain.use_cases.read_stats import ReadStats
from orbit_domain.user.user import NoSuchUser, Role, User

_INSIDERS = (Role.ADMIN, Role.OWNER)


@dataclass(frozen=True, slots=True)
class StatsView:
    """The figures, and who reads them."""

    user: User
    stats: Stats


@dataclass(frozen=True, slots=True)
class ShowStats:
    """Show the owner and the admins how the shop does; nobody else costs the shop a count. Raises NoSuchUser.

    `owner` is the owner by the settings, whatever role is recorded.
    """

    storage: Storage
    read_stats: ReadStats
    owner: TelegramId | None

    async def __call__(self, tg_id: TelegramId) -> StatsView | None:
        """The figures; None for somebody who may not see them."""
        async with self.storage.transaction() as tx:
            user = await tx.users.get(tg_id)
        if user is None:
            raise NoSuchUser(tg_id)
        if tg_id != self.owner and user.role not in _INSIDERS:
            return None
        return StatsView(user, await self.read_stats())

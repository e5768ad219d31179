"""Statistics for those who may see them."""

from dataclasses import dataclass

from orbit_domain.ids import TelegramId
from orbit_domain.stats import Stats
from orbit_domain.steps.require_permission import StaffMember, find_permitted
from orbit_domain.storage import Storage
from orbit_domain.use_cases.read_stats import ReadStats
from orbit_domain.user.permission import Permission
from orbit_domain.user.user import User


@dataclass(frozen=True, slots=True)
class StatsView:
    """The statistics, and who reads them."""

    user: User
    stats: Stats


@dataclass(frozen=True, slots=True)
class ShowStats:
    """Show the statistics to the owner and the admins; for others nothing is counted. Raises NoSuchUser.

    `owner` is the owner by the settings, whatever role is recorded.
    """

    storage: Storage
    read_stats: ReadStats
    owner: TelegramId | None

    async def __call__(self, tg_id: TelegramId) -> StatsView | None:
        """The statistics; None for a user who may not see them."""
        async with self.storage.transaction() as tx:
            user = await find_permitted(tx, StaffMember(tg_id, self.owner), Permission.SEE_STATS)
        if user is None:
            return None
        return StatsView(user, await self.read_stats())

"""How the shop is now, for those who look after it."""

from dataclasses import dataclass
from datetime import timedelta

from orbit_domain.clock import Clock
from orbit_domain.health import HealthReader, HealthReport
from orbit_domain.ids import TelegramId
from orbit_domain.notice.repository import LossReason
from orbit_domain.steps.require_permission import StaffMember, find_permitted
from orbit_domain.storage import Storage
from orbit_domain.user.permission import Permission
from orbit_domain.user.user import User

LOST_FOR = timedelta(days=1)
"""Messages that couldn't be sent are told of for so long."""


@dataclass(frozen=True, slots=True)
class HealthView:
    """The report, and who reads it. `lost`: so many messages of the last day were given up by a fault of the shop's."""

    user: User
    report: HealthReport
    lost: int = 0


@dataclass(frozen=True, slots=True)
class ShowHealth:
    """Ask every part of the shop how it is; for users who may not see that nothing is asked. Raises NoSuchUser.

    `owner` is the owner by the settings, whatever role is recorded.
    """

    storage: Storage
    health: HealthReader
    owner: TelegramId | None
    clock: Clock

    async def __call__(self, tg_id: TelegramId) -> HealthView | None:
        """How each part is; None for a user who may not see it."""
        async with self.storage.transaction() as tx:
            user = await find_permitted(tx, StaffMember(tg_id, self.owner), Permission.SEE_STATS)
            if user is None:
                return None
            given_up = await tx.outbox.lost_since(self.clock.now() - LOST_FOR)
        lost = sum(one.count for one in given_up if one.reason is LossReason.UNREADABLE)
        return HealthView(user, await self.health.read(), lost)

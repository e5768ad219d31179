"""What this process has counted, for those who look after the shop."""

from dataclasses import dataclass

from orbit_domain.ids import TelegramId
from orbit_domain.process_metrics import MetricsReader, ProcessMetrics
from orbit_domain.steps.require_permission import StaffMember, find_permitted
from orbit_domain.storage import Storage
from orbit_domain.user.permission import Permission
from orbit_domain.user.user import User


@dataclass(frozen=True, slots=True)
class MetricsView:
    """The figures, and who reads them."""

    user: User
    metrics: ProcessMetrics


@dataclass(frozen=True, slots=True)
class ShowMetrics:
    """The figures of the process that answers. Raises NoSuchUser.

    `owner` is the owner by the settings, whatever role is recorded.
    """

    storage: Storage
    metrics: MetricsReader
    owner: TelegramId | None

    async def __call__(self, tg_id: TelegramId) -> MetricsView | None:
        """None for a user who may not see them."""
        async with self.storage.transaction() as tx:
            user = await find_permitted(tx, StaffMember(tg_id, self.owner), Permission.SEE_STATS)
        if user is None:
            return None
        return MetricsView(user, self.metrics.read())

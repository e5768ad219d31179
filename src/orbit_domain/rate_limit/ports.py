"""The counter of requests."""

from typing import Protocol

from orbit_domain.ids import TelegramId
from orbit_domain.rate_limit.rate_limit import Verdict


class RateLimiter(Protocol):
    """Counts the requests of every user against one policy. Its contract: `orbit_testing.contracts.rate_limiter`.

    It never fails and never lets everything through: a process that can't reach the shared counter counts by itself.
    """

    async def check(self, tg_id: TelegramId) -> Verdict:
        """Count one request of *tg_id* and say whether to let it in."""

    async def reset(self, tg_id: TelegramId) -> None:
        """Forget the requests and the ban of *tg_id*."""

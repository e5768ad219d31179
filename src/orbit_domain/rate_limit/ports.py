"""Who counts the requests."""

from typing import Protocol

from orbit_domain.ids import TelegramId
from orbit_domain.rate_limit.rate_limit import Verdict


class RateLimiter(Protocol):
    """Counts everybody's requests against one policy. Its promises: `orbit_testing.contracts.rate_limiter`.

    It never fails and is never simply open: whoever can't reach a shared memory counts by itself.
    """

    async def check(self, tg_id: TelegramId) -> Verdict:
        """Count one request of *tg_id* and say whether to let it in."""

    async def reset(self, tg_id: TelegramId) -> None:
        """Forget the requests and the ban of *tg_id*."""

"""The counter of requests."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from orbit_domain.ids import TelegramId
from orbit_domain.rate_limit.rate_limit import RateLimitPolicy, Verdict

CODE_ATTEMPTS = RateLimitPolicy(10, timedelta(minutes=10), timedelta(minutes=10))
"""How often a user may try a code: whoever knows one needs a single try, whoever guesses needs thousands."""


class RateLimiter(Protocol):
    """Counts the requests of every user against one policy. Its contract: `orbit_testing.contracts.rate_limiter`.

    It never fails, nobody waits for it, and it never lets everything through: a process that can't reach the shared
    counter counts by itself.
    """

    async def check(self, tg_id: TelegramId) -> Verdict:
        """Count one request of *tg_id* and say whether to let it in."""

    async def reset(self, tg_id: TelegramId) -> None:
        """Forget the requests and the ban of *tg_id*."""


@dataclass(frozen=True, slots=True)
class CodeAttempts:
    """Counts the codes that each user tries, apart from other requests, by CODE_ATTEMPTS."""

    limiter: RateLimiter

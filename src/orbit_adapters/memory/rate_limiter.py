"""The rate limiter of one process: for shops without Redis, and while Redis is down."""

from orbit_domain.clock import Clock
from orbit_domain.ids import TelegramId
from orbit_domain.rate_limit.rate_limit import RateLimitPolicy, Record, Verdict, judge


class MemoryRateLimiter:
    """The port `RateLimiter` in memory, for *maximum* users: beyond that, the least recently used is dropped."""

    def __init__(self, clock: Clock, policy: RateLimitPolicy, maximum: int = 10_000) -> None:
        self._clock = clock
        self._policy = policy
        self._maximum = maximum
        self._records: dict[TelegramId, Record] = {}

    def __len__(self) -> int:
        return len(self._records)

    async def check(self, tg_id: TelegramId) -> Verdict:
        record, verdict = judge(self._records.pop(tg_id, None), self._clock.now(), self._policy)
        self._records[tg_id] = record
        while len(self._records) > self._maximum:
            del self._records[next(iter(self._records))]
        return verdict

    async def reset(self, tg_id: TelegramId) -> None:
        self._records.pop(tg_id, None)

"""The rate limit that all processes share: the domain's rule as one atomic script."""

from datetime import UTC, datetime, timedelta
from importlib.resources import files

from orbit_adapters.redis.client import ResilientRedis
from orbit_adapters.redis.script import Script
from orbit_domain.clock import Clock
from orbit_domain.ids import TelegramId
from orbit_domain.rate_limit.ports import RateLimiter
from orbit_domain.rate_limit.rate_limit import Allowed, Banned, RateLimitPolicy, Verdict

_SCRIPT = Script(files("orbit_adapters.redis").joinpath("rate_limiter.lua").read_bytes())
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class RedisRateLimiter:
    """The port `RateLimiter` in Redis. While the circuit is open, *local* counts instead: the limit always applies.

    A record that is lost (a flush, a failover) only resets its user's limit.
    """

    def __init__(
        self, client: ResilientRedis, clock: Clock, policy: RateLimitPolicy, local: RateLimiter, prefix: str = "flood"
    ) -> None:
        self._client = client
        self._prefix = prefix.encode()
        self._clock = clock
        self._limits = tuple(str(span // _MICROSECOND) for span in (policy.interval, policy.depth, policy.ban))
        self._local = local

    async def check(self, tg_id: TelegramId) -> Verdict:
        """Count one request of *tg_id* and decide whether it is allowed."""
        now = str((self._clock.now() - _EPOCH) // _MICROSECOND)
        match await _SCRIPT.run(self._client, (self._key(tg_id),), now, *self._limits):
            case [int(admitted), int(until), int(first), int(corrupt)]:
                if corrupt:
                    self._client.count_corrupt_value()
                return Allowed() if admitted else Banned(_EPOCH + until * _MICROSECOND, first=bool(first))
            case _:
                return await self._local.check(tg_id)

    async def reset(self, tg_id: TelegramId) -> None:
        """Forget the requests and the ban of *tg_id*."""
        await self._local.reset(tg_id)
        await self._client.delete(self._key(tg_id))

    def _key(self, tg_id: TelegramId) -> bytes:
        return b"%s:%d" % (self._prefix, tg_id)

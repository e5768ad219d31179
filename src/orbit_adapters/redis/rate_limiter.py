"""The rate limit that all processes share: the domain's rule as one atomic script."""

from datetime import UTC, datetime, timedelta
from hashlib import sha1
from importlib.resources import files

from redis.asyncio import Redis
from redis.exceptions import NoScriptError

from orbit_adapters.redis.client import ResilientRedis
from orbit_adapters.redis.connection import command
from orbit_domain.clock import Clock
from orbit_domain.ids import TelegramId
from orbit_domain.rate_limit.ports import RateLimiter
from orbit_domain.rate_limit.rate_limit import Allowed, Banned, RateLimitPolicy, Verdict

_SCRIPT = files("orbit_adapters.redis").joinpath("rate_limiter.lua").read_bytes()
_SHA = sha1(_SCRIPT, usedforsecurity=False).hexdigest()
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
        answer = await self._client.call(lambda redis: _run(redis, self._key(tg_id), now, *self._limits), None)
        if answer is None:
            return await self._local.check(tg_id)
        admitted, until, first, corrupt = answer
        if corrupt:
            self._client.count_corrupt_value()
        return Allowed() if admitted else Banned(_EPOCH + until * _MICROSECOND, first=bool(first))

    async def reset(self, tg_id: TelegramId) -> None:
        """Forget the requests and the ban of *tg_id*."""
        await self._local.reset(tg_id)
        await self._client.delete(self._key(tg_id))

    def _key(self, tg_id: TelegramId) -> bytes:
        return b"%s:%d" % (self._prefix, tg_id)


async def _run(redis: Redis, key: bytes, *arguments: str) -> tuple[int, int, int, int]:
    """Run the script by its hash; send it to a server that doesn't know it."""
    try:
        answer = await command(redis, "EVALSHA", _SHA, 1, key, *arguments)
    except NoScriptError:
        answer = await command(redis, "EVAL", _SCRIPT, 1, key, *arguments)
    match answer:
        case [int(admitted), int(until), int(first), int(corrupt)]:
            return admitted, until, first, corrupt
        case _:
            raise ValueError("the script returned an unexpected answer")

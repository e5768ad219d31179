"""A lock that one of many processes acquires in each period."""

from redis.asyncio import Redis

from orbit_adapters.redis.client import ResilientRedis
from orbit_adapters.redis.connection import command

_MARGIN = 0.9


class RedisPeriodLock:
    """Gives each period's lock to the first process that asks. While the circuit is open every process gets it."""

    def __init__(self, client: ResilientRedis) -> None:
        self._client = client

    async def acquire(self, name: str, period_s: float) -> bool:
        """Whether the caller has the lock *name* of this period, which is a little shorter than *period_s*."""
        lasts_ms = max(1, round(period_s * _MARGIN * 1_000))
        return await self._client.call(lambda redis: _is_first(redis, name, lasts_ms), True)


async def _is_first(redis: Redis, name: str, lasts_ms: int) -> bool:
    return await command(redis, "SET", f"slot:{name}", b"taken", "NX", "PX", lasts_ms) is not None

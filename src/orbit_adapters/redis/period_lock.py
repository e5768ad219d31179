"""A lock that one of many processes acquires in each period."""

from orbit_adapters.redis.client import ResilientRedis

_MARGIN = 0.9


class RedisPeriodLock:
    """Gives each period's lock to the first process that asks. While the circuit is open every process gets it."""

    def __init__(self, client: ResilientRedis) -> None:
        self._client = client

    async def acquire(self, name: str, period_s: float) -> bool:
        """Whether the caller has the lock *name* of this period, which is a little shorter than *period_s*."""
        lasts_ms = max(1, round(period_s * _MARGIN * 1_000))
        # Only an empty answer says that another process has it.
        return await self._client.send("SET", f"slot:{name}", b"taken", "NX", "PX", lasts_ms) is not None

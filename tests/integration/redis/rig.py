"""Doors that count what goes through them, and a Redis whose time can be pushed."""

from typing import Any

from redis.asyncio import Redis

from orbit_adapters.redis.client import TIMEOUT_S, ResilientRedis
from orbit_adapters.redis.connection import redis_client
from tests.support.world import FakeClock

PATIENT_S = 20
"""For tests of what is answered rather than of how fast: no busy machine is that slow."""


class Line:
    """A patient door to *url* and the list of everything that was sent through it."""

    def __init__(self, url: str, clock: FakeClock) -> None:
        self.clock = clock
        self.sent: list[str] = []
        self.redis = redis_client(url, connect_timeout_s=PATIENT_S)
        self._execute = self.redis.execute_command
        self.redis.execute_command = self._counted  # type: ignore[method-assign]
        self.door = ResilientRedis(self.redis, clock, timeout_s=PATIENT_S)

    async def _counted(self, *words: Any, **options: Any) -> Any:
        self.sent.append(str(words[0]))
        return await self._execute(*words, **options)

    def hurry(self) -> None:
        """From now on wait no longer than in production: for servers that hang."""
        self.door.timeout_s = TIMEOUT_S

    def sent_since(self) -> list[str]:
        """What was sent since this was last asked."""
        sent, self.sent = self.sent, []
        return sent


async def push_time(redis: Redis, seconds: int) -> None:
    """Let *seconds* of every key's time go by, by the server's own account of it. A key without a time fails."""
    for key in await redis.keys("*"):
        left_ms = await redis.pttl(key)
        assert left_ms > 0, f"{key!r} would stay for ever"
        await redis.pexpire(key, max(left_ms - seconds * 1000, 0))

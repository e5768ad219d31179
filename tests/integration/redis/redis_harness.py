"""A Redis client that records its commands, and a function that expires keys."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from redis.asyncio import Redis

from orbit_adapters.redis.client import TIMEOUT_S, ResilientRedis
from orbit_adapters.redis.connection import redis_client
from orbit_adapters.redis.resp import Command
from tests.support.clock import FakeClock

GENEROUS_TIMEOUT_S = 20
"""For tests of answers, not of speed: longer than a busy machine needs."""


class RedisHarness:
    """A client of *url* with a long timeout, and the list of the commands that it sent.

    `round_trips` holds the same commands, those of each round trip together. `before_each`, if set, is called before
    every command, which then makes a round trip of its own.
    """

    def __init__(self, url: str, clock: FakeClock) -> None:
        self.clock = clock
        self.sent: list[str] = []
        self.round_trips: list[list[str]] = []
        self.before_each: Callable[[], Awaitable[None]] | None = None
        self.redis = redis_client(url, connect_timeout_s=GENEROUS_TIMEOUT_S)
        self._execute = self.redis.execute_command
        self.redis.execute_command = self._counted  # type: ignore[method-assign]
        self.client = ResilientRedis(self.redis, clock, timeout_s=GENEROUS_TIMEOUT_S)
        self._pipelined = self.client.pipeline.execute
        self.client.pipeline.execute = self._counted_together  # type: ignore[method-assign]

    async def _counted_together(self, commands: Sequence[Command]) -> list[object]:
        names = [str(words[0]) for words in commands]
        self.sent += names
        self.round_trips.append(names)
        if self.before_each is None:
            return await self._pipelined(commands)
        answers = []
        for words in commands:
            await self.before_each()
            answers += await self._pipelined([words])
        return answers

    async def _counted(self, *words: Any, **options: Any) -> Any:
        self.sent.append(str(words[0]))
        return await self._execute(*words, **options)

    def use_short_timeout(self) -> None:
        """Use the timeout of production: for servers that hang."""
        self.client.timeout_s = TIMEOUT_S

    def sent_since(self) -> list[str]:
        """The commands sent since the last call."""
        sent, self.sent = self.sent, []
        return sent


async def expire_keys_by(redis: Redis, seconds: int) -> None:
    """Shorten every key's TTL by *seconds*. A key without a TTL fails."""
    for key in await redis.keys("*"):
        left_ms = await redis.pttl(key)
        assert left_ms > 0, f"{key!r} would never expire"
        await redis.pexpire(key, max(left_ms - seconds * 1000, 0))

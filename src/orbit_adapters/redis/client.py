"""The one door to Redis: whatever happens behind it, nobody before it stumbles or waits for long."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import TypeVar

import structlog
from redis.asyncio import Redis
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as NotInTime

from orbit_adapters.redis.breaker import Breaker, BreakerPolicy, Ticket
from orbit_adapters.redis.connection import command
from orbit_domain.clock import Clock

TIMEOUT_S = 0.1

log = structlog.get_logger()

T = TypeVar("T")
F = TypeVar("F")


class Outcome(StrEnum):
    """What became of an operation. *refused* ones were never sent; *garbage* is counted beside its *answered*."""

    ANSWERED = "answered"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    REFUSED = "refused"
    GARBAGE = "garbage"


class ResilientRedis:
    """Every operation on Redis goes through here: 100 ms at most, behind a circuit breaker, never an exception.

    `counts` holds every outcome for metrics. One warning is logged when the door shuts, one line when it opens.
    """

    def __init__(
        self,
        redis: Redis,
        clock: Clock,
        name: str = "redis",
        *,
        timeout_s: float = TIMEOUT_S,
        policy: BreakerPolicy | None = None,
    ) -> None:
        self.name = name
        self.timeout_s = timeout_s
        self.counts: Counter[Outcome] = Counter()
        self._redis = redis
        self._clock = clock
        self._breaker = Breaker(policy or BreakerPolicy())

    @property
    def is_shut(self) -> bool:
        """Whether Redis isn't trusted just now: the mode `redis_down`."""
        return self._breaker.is_open

    async def ask(self, work: Callable[[Redis], Awaitable[T]], fallback: F) -> T | F:
        """What *work* answers; *fallback* when it fails, takes too long, or the door is shut.

        An operation that was cut off may have been done nevertheless.
        """
        ticket = self._breaker.enter(self._clock.now())
        if ticket is None:
            self.counts[Outcome.REFUSED] += 1
            return fallback
        try:
            async with asyncio.timeout(self.timeout_s):
                answer = await work(self._redis)
        except Exception as error:  # Whatever the client and the server come up with ends here.
            self._failed(ticket, error)
            return fallback
        except asyncio.CancelledError:
            self._breaker.abandoned(ticket)
            raise
        self.counts[Outcome.ANSWERED] += 1
        if self._breaker.succeeded(ticket):
            log.info("redis_back", door=self.name)
        return answer

    async def read(self, key: bytes, decode: Callable[[bytes], T]) -> T | None:
        """What *key* holds. None when it holds nothing, when the door is shut, or for garbage.

        Garbage is a value of another type, or one that *decode* refuses with ValueError: it is deleted and counted.
        """
        held = await self.ask(lambda redis: _string(redis, key), None)
        if held is None:
            return None
        if (found := _sense(held, decode)) is not None:
            return found
        self.saw_corrupt_value()
        await self.delete(key)
        return None

    async def write(self, key: bytes, value: bytes, ttl_s: int) -> bool:
        """Let *key* hold *value* for *ttl_s* seconds, whatever it held before; False if that isn't certain."""
        return await self.ask(lambda redis: _done(redis, "SET", key, value, "EX", ttl_s), False)

    async def delete(self, *keys: bytes) -> bool:
        """Let *keys* hold nothing; False if that isn't certain."""
        return await self.ask(lambda redis: _done(redis, "UNLINK", *keys), False)

    def saw_corrupt_value(self) -> None:
        """Count a value that made no sense and was removed by whoever found it."""
        self.counts[Outcome.GARBAGE] += 1

    async def check(self) -> bool:
        """Whether Redis answers, for the start of a process and for health."""
        return await self.ask(lambda redis: _done(redis, "PING"), False)

    async def close(self) -> None:
        """Close the connections. Never fails."""
        try:
            async with asyncio.timeout(self.timeout_s):
                await self._redis.aclose()
        except Exception as error:  # We are leaving anyway.
            log.info("redis_not_closed", door=self.name, error=type(error).__name__)

    def _failed(self, ticket: Ticket, error: Exception) -> None:
        self.counts[Outcome.TIMED_OUT if isinstance(error, TimeoutError | NotInTime) else Outcome.FAILED] += 1
        if self._breaker.failed(ticket, self._clock.now()):
            pause_s = int(self._breaker.policy.pause.total_seconds())
            # The error's words may hold the address and with it the password.
            log.warning("redis_given_up", door=self.name, error=type(error).__name__, pause_s=pause_s)


class _WrongType:
    """Stands for a value that isn't a string."""


def _sense(held: bytes | _WrongType, decode: Callable[[bytes], T]) -> T | None:
    try:
        return decode(held) if isinstance(held, bytes) else None
    except (ValueError, RecursionError):
        return None


async def _string(redis: Redis, key: bytes) -> bytes | _WrongType | None:
    try:
        held = await command(redis, "GET", key)
    except ResponseError as error:
        # An answer like any other: the server is well, only the value isn't.
        if str(error).startswith("WRONGTYPE"):
            return _WrongType()
        raise
    return held if held is None or isinstance(held, bytes) else _WrongType()


async def _done(redis: Redis, *words: str | bytes | int) -> bool:
    await command(redis, *words)
    return True

"""The one client of Redis: a failure of Redis never raises, and no caller waits long."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import TypeVar

import structlog
from redis.asyncio import Redis
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as NotInTime

from orbit_adapters.redis.breaker import BreakerPolicy, CircuitBreaker, Permit
from orbit_adapters.redis.connection import command
from orbit_domain.clock import Clock

TIMEOUT_S = 0.1

log = structlog.get_logger()

T = TypeVar("T")
F = TypeVar("F")


class Outcome(StrEnum):
    """The outcome of an operation. *refused* ones were never sent; *corrupt* is counted in addition to *answered*."""

    ANSWERED = "answered"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    REFUSED = "refused"
    CORRUPT = "corrupt"


class ResilientRedis:
    """Every operation on Redis goes through here: 100 ms at most, behind a circuit breaker, never an exception.

    `counts` holds every outcome for metrics. One warning is logged when the breaker opens, one line when it closes.
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
        self._breaker = CircuitBreaker(policy or BreakerPolicy())

    @property
    def is_circuit_open(self) -> bool:
        """Whether the breaker is open: the mode `redis_down`."""
        return self._breaker.is_open

    async def call(self, work: Callable[[Redis], Awaitable[T]], fallback: F) -> T | F:
        """The result of *work*; *fallback* when it fails, times out, or the breaker is open.

        An operation that timed out may have been executed nevertheless.
        """
        permit = self._breaker.try_acquire(self._clock.now())
        if permit is None:
            self.counts[Outcome.REFUSED] += 1
            return fallback
        try:
            async with asyncio.timeout(self.timeout_s):
                answer = await work(self._redis)
        except Exception as error:  # No error of the client or the server goes further.
            self._failed(permit, error)
            return fallback
        except asyncio.CancelledError:
            self._breaker.release(permit)
            raise
        self.counts[Outcome.ANSWERED] += 1
        if self._breaker.record_success(permit):
            log.info("redis_circuit_closed", client=self.name)
        return answer

    async def read(self, key: bytes, decode: Callable[[bytes], T]) -> T | None:
        """The value of *key*. None when it has none, when the breaker is open, or for a corrupt value.

        A corrupt value has another type, or *decode* refuses it with ValueError: it is deleted and counted.
        """
        held = await self.call(lambda redis: _string(redis, key), None)
        if held is None:
            return None
        if (found := _decoded(held, decode)) is not None:
            return found
        self.count_corrupt_value()
        await self.delete(key)
        return None

    async def write(self, key: bytes, value: bytes, ttl_s: int) -> bool:
        """Set *key* to *value* for *ttl_s* seconds; False if that isn't certain."""
        return await self.call(lambda redis: _done(redis, "SET", key, value, "EX", ttl_s), False)

    async def delete(self, *keys: bytes) -> bool:
        """Delete *keys*; False if that isn't certain."""
        return await self.call(lambda redis: _done(redis, "UNLINK", *keys), False)

    def count_corrupt_value(self) -> None:
        """Count a corrupt value that the caller has removed."""
        self.counts[Outcome.CORRUPT] += 1

    async def check(self) -> bool:
        """Whether Redis answers, for the start of a process and for health."""
        return await self.call(lambda redis: _done(redis, "PING"), False)

    async def close(self) -> None:
        """Close the connections. Never fails."""
        try:
            async with asyncio.timeout(self.timeout_s):
                await self._redis.aclose()
        except Exception as error:  # The process stops anyway.
            log.info("redis_close_failed", client=self.name, error=type(error).__name__)

    def _failed(self, permit: Permit, error: Exception) -> None:
        self.counts[Outcome.TIMED_OUT if isinstance(error, TimeoutError | NotInTime) else Outcome.FAILED] += 1
        if self._breaker.record_failure(permit, self._clock.now()):
            pause_s = int(self._breaker.policy.pause.total_seconds())
            # The error's message may hold the URL with the password.
            log.warning("redis_circuit_opened", client=self.name, error=type(error).__name__, pause_s=pause_s)


class _WrongType:
    """Stands for a value that isn't a string."""


def _decoded(held: bytes | _WrongType, decode: Callable[[bytes], T]) -> T | None:
    try:
        return decode(held) if isinstance(held, bytes) else None
    except (ValueError, RecursionError):
        return None


async def _string(redis: Redis, key: bytes) -> bytes | _WrongType | None:
    try:
        held = await command(redis, "GET", key)
    except ResponseError as error:
        # The server is healthy, only the value is corrupt.
        if str(error).startswith("WRONGTYPE"):
            return _WrongType()
        raise
    return held if held is None or isinstance(held, bytes) else _WrongType()


async def _done(redis: Redis, *words: str | bytes | int) -> bool:
    await command(redis, *words)
    return True

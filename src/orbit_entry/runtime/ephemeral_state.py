"""Cache, rate limiter and open dialogs: state that may be lost. It is kept in Redis, or in memory without one."""

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orbit_adapters.memory.cache import MemoryCache, NoCache
from orbit_adapters.memory.rate_limiter import MemoryRateLimiter
from orbit_domain.cache.ports import Cache
from orbit_domain.clock import Clock
from orbit_domain.rate_limit.ports import CODE_ATTEMPTS, RateLimiter
from orbit_entry.config.settings import Settings

if TYPE_CHECKING:
    from aiogram.fsm.storage.base import BaseStorage

    from orbit_adapters.redis.client import ResilientRedis


@dataclass(frozen=True, slots=True)
class EphemeralState:
    """The parts, and the Redis client that they share. Without it everything is in memory.

    Entries of `cache` only expire. Entries of `customers` are also dropped by the process that changes a customer.
    """

    cache: Cache
    customers: Cache
    rate_limiter: RateLimiter
    code_attempts: RateLimiter
    dialogs: "BaseStorage | None"
    client: "ResilientRedis | None" = None

    async def is_degraded(self) -> bool:
        """Whether a configured Redis doesn't answer. The shop then goes on, slower."""
        return self.client is not None and not await self.client.check()

    def cache_reads(self) -> Counter[str]:
        """How many reads the caches had an answer for (`hit`) or hadn't (`miss`) since the process began."""
        # Customers and panels may share one cache; a cache that stores nothing counts nothing.
        caches = {id(cache): cache for cache in (self.cache, self.customers)}.values()
        return sum((Counter(getattr(cache, "counts", {})) for cache in caches), Counter())

    async def close(self) -> None:
        """Close the connections."""
        if self.client is not None:
            await self.client.close()


def open_ephemeral_state(settings: Settings, clock: Clock, *, alone: bool, with_dialogs: bool = True) -> EphemeralState:
    """Return the parts that the settings name. In Redis they share one database, and differ in their keys' prefixes.

    *alone*: no other process changes the database, so a cache in memory is never out of date. *with_dialogs*: they are
    aiogram's, which takes a process that only serves HTTP too long to load.
    """
    rate_limiter = MemoryRateLimiter(clock, settings.rate_limit)
    code_attempts = MemoryRateLimiter(clock, CODE_ATTEMPTS)
    if settings.redis_url is None:
        memory = MemoryCache(clock)
        dialogs = _dialogs(settings, clock) if with_dialogs else None
        return EphemeralState(memory, memory if alone else NoCache(), rate_limiter, code_attempts, dialogs)
    # Loaded late, as redis itself is: a shop without Redis needs neither.
    from orbit_adapters.redis.cache import RedisCache
    from orbit_adapters.redis.client import ResilientRedis
    from orbit_adapters.redis.connection import redis_client
    from orbit_adapters.redis.rate_limiter import RedisRateLimiter

    url = settings.redis_url.get_secret_value()
    client = ResilientRedis(redis_client(url), clock)
    cache = RedisCache(client)
    return EphemeralState(
        cache,
        cache,
        RedisRateLimiter(client, clock, settings.rate_limit, rate_limiter),
        RedisRateLimiter(client, clock, CODE_ATTEMPTS, code_attempts, "codes"),
        _dialogs(settings, clock, client) if with_dialogs else None,
        client,
    )


def _dialogs(settings: Settings, clock: Clock, client: "ResilientRedis | None" = None) -> "BaseStorage":
    from orbit_adapters.memory.dialogs import MemoryDialogs

    ttls = {"state_ttl_s": settings.dialog_state_ttl_s, "data_ttl_s": settings.dialog_data_ttl_s}
    in_memory = MemoryDialogs(clock, **ttls)
    if client is None:
        return in_memory
    from orbit_adapters.redis.dialogs import RedisDialogs

    return RedisDialogs(client, in_memory, **ttls)

"""Cache, rate limiter and open dialogs: state that may be lost. It is kept in Redis, or in memory without one."""

from dataclasses import dataclass

from aiogram.fsm.storage.base import BaseStorage

from orbit_adapters.memory.cache import MemoryCache, NoCache
from orbit_adapters.memory.dialogs import MemoryDialogs
from orbit_adapters.memory.rate_limiter import MemoryRateLimiter
from orbit_adapters.redis.cache import RedisCache
from orbit_adapters.redis.client import ResilientRedis
from orbit_adapters.redis.connection import database_after, redis_client
from orbit_adapters.redis.dialogs import RedisDialogs
from orbit_adapters.redis.rate_limiter import RedisRateLimiter
from orbit_domain.cache.ports import Cache
from orbit_domain.clock import Clock
from orbit_domain.rate_limit.ports import CODE_ATTEMPTS, RateLimiter
from orbit_entry.config.settings import Settings


@dataclass(frozen=True, slots=True)
class EphemeralState:
    """The parts, and their Redis clients. Without clients everything is in memory.

    Entries of `cache` only expire. Entries of `customers` are also dropped by the process that changes a customer.
    """

    cache: Cache
    customers: Cache
    rate_limiter: RateLimiter
    code_attempts: RateLimiter
    dialogs: BaseStorage
    clients: tuple[ResilientRedis, ...] = ()

    @property
    def client(self) -> ResilientRedis | None:
        """The client of the Redis database that processes share."""
        return self.clients[0] if self.clients else None

    async def is_degraded(self) -> bool:
        """Whether a configured Redis doesn't answer. The shop then goes on, slower."""
        return not all([await client.check() for client in self.clients])

    async def close(self) -> None:
        """Close the connections."""
        for client in self.clients:
            await client.close()


def open_ephemeral_state(settings: Settings, clock: Clock, *, alone: bool) -> EphemeralState:
    """Return the parts that the settings name. Dialogs use the Redis database after the cache's.

    *alone*: no other process changes the database, so a cache in memory is never out of date.
    """
    rate_limiter = MemoryRateLimiter(clock, settings.rate_limit)
    code_attempts = MemoryRateLimiter(clock, CODE_ATTEMPTS)
    ttls = {"state_ttl_s": settings.dialog_state_ttl_s, "data_ttl_s": settings.dialog_data_ttl_s}
    dialogs = MemoryDialogs(clock, **ttls)
    if settings.redis_url is None:
        memory = MemoryCache(clock)
        return EphemeralState(memory, memory if alone else NoCache(), rate_limiter, code_attempts, dialogs)
    url = settings.redis_url.get_secret_value()
    cache_client = ResilientRedis(redis_client(url), clock, "cache")
    dialog_client = ResilientRedis(redis_client(url, database_after(url, 1)), clock, "dialogs")
    cache = RedisCache(cache_client)
    return EphemeralState(
        cache,
        cache,
        RedisRateLimiter(cache_client, clock, settings.rate_limit, rate_limiter),
        RedisRateLimiter(cache_client, clock, CODE_ATTEMPTS, code_attempts, "codes"),
        RedisDialogs(dialog_client, dialogs, **ttls),
        (cache_client, dialog_client),
    )

"""What makes a shop quick and decides nothing: cache, flood limit, open dialogs. In Redis, or in memory without one."""

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
from orbit_domain.rate_limit.ports import RateLimiter
from orbit_entry.config.settings import Settings


@dataclass(frozen=True, slots=True)
class EphemeralState:
    """The parts, and the doors to Redis behind them; no door: everything is in memory.

    `cache` is for what nobody drops, `customers` for what is dropped by whichever process changes it.
    """

    cache: Cache
    customers: Cache
    rate_limiter: RateLimiter
    dialogs: BaseStorage
    roles: tuple[ResilientRedis, ...] = ()

    @property
    def door(self) -> ResilientRedis | None:
        """The door to what processes share."""
        return self.roles[0] if self.roles else None

    async def is_degraded(self) -> bool:
        """Whether a Redis that should be there isn't: the shop goes on, slower."""
        return not all([await door.check() for door in self.roles])

    async def close(self) -> None:
        """Let go of the connections."""
        for door in self.roles:
            await door.close()


def open_ephemeral_state(settings: Settings, clock: Clock, *, alone: bool) -> EphemeralState:
    """The parts that the settings ask for. Dialogs have a database of their own, after the cache's.

    *alone*: no other process changes the books, so that the memory of this one is never wrong about them.
    """
    rate_limiter = MemoryRateLimiter(clock, settings.rate_limit)
    ttls = {"state_ttl_s": settings.dialog_state_ttl_s, "data_ttl_s": settings.dialog_data_ttl_s}
    dialogs = MemoryDialogs(clock, **ttls)
    if settings.redis_url is None:
        memory = MemoryCache(clock)
        return EphemeralState(memory, memory if alone else NoCache(), rate_limiter, dialogs)
    url = settings.redis_url.get_secret_value()
    cache_door = ResilientRedis(redis_client(url), clock, "cache")
    dialog_door = ResilientRedis(redis_client(url, database_after(url, 1)), clock, "dialogs")
    cache = RedisCache(cache_door)
    return EphemeralState(
        cache,
        cache,
        RedisRateLimiter(cache_door, clock, settings.rate_limit, rate_limiter),
        RedisDialogs(dialog_door, dialogs, **ttls),
        (cache_door, dialog_door),
    )

"""What makes a shop quick and decides nothing: cache, flood limit, open dialogs. In Redis, or in memory without one."""

from dataclasses import dataclass

from aiogram.fsm.storage.base import BaseStorage

from orbit_adapters.memory.cache import MemoryCache, NoCache
from orbit_adapters.memory.flood import MemoryFloodGate
from orbit_adapters.memory.fsm import MemoryFsm
from orbit_adapters.redis.cache import RedisCache
from orbit_adapters.redis.connection import database_after, redis_client
from orbit_adapters.redis.door import SafeDoor
from orbit_adapters.redis.flood import RedisFloodGate
from orbit_adapters.redis.fsm import RedisFsm
from orbit_domain.cache import Cache
from orbit_domain.clock import Clock
from orbit_domain.flood.ports import FloodGate
from orbit_entry.settings import Settings


@dataclass(frozen=True, slots=True)
class Speed:
    """The parts, and the doors to Redis behind them; no door: everything is in memory.

    `cache` is for what nobody drops, `customers` for what is dropped by whichever process changes it.
    """

    cache: Cache
    customers: Cache
    gate: FloodGate
    dialogs: BaseStorage
    doors: tuple[SafeDoor, ...] = ()

    @property
    def door(self) -> SafeDoor | None:
        """The door to what processes share."""
        return self.doors[0] if self.doors else None

    async def is_degraded(self) -> bool:
        """Whether a Redis that should be there isn't: the shop goes on, slower."""
        return not all([await door.check() for door in self.doors])

    async def close(self) -> None:
        """Let go of the connections."""
        for door in self.doors:
            await door.close()


def open_speed(settings: Settings, clock: Clock, *, alone: bool) -> Speed:
    """The parts that the settings ask for. Dialogs have a database of their own, after the cache's.

    *alone*: no other process changes the books, so that the memory of this one is never wrong about them.
    """
    gate = MemoryFloodGate(clock, settings.flood)
    ttls = {"state_ttl_s": settings.dialog_state_ttl_s, "data_ttl_s": settings.dialog_data_ttl_s}
    dialogs = MemoryFsm(clock, **ttls)
    if settings.redis_url is None:
        memory = MemoryCache(clock)
        return Speed(memory, memory if alone else NoCache(), gate, dialogs)
    url = settings.redis_url.get_secret_value()
    cache_door = SafeDoor(redis_client(url), clock, "cache")
    dialog_door = SafeDoor(redis_client(url, database_after(url, 1)), clock, "dialogs")
    cache = RedisCache(cache_door)
    return Speed(
        cache,
        cache,
        RedisFloodGate(cache_door, clock, settings.flood, gate),
        RedisFsm(dialog_door, dialogs, **ttls),
        (cache_door, dialog_door),
    )

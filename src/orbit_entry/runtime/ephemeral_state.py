"""Cache, rate limiter and open dialogs: state that may be lost. It is kept in Redis, or in memory without one."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace

from aiogram.fsm.storage.base import BaseStorage, StorageKey

from orbit_adapters.memory.cache import MemoryCache, NoCache
from orbit_adapters.memory.dialogs import MemoryDialogs
from orbit_adapters.memory.rate_limiter import MemoryRateLimiter
from orbit_adapters.redis.cache import RedisCache
from orbit_adapters.redis.client import ResilientRedis
from orbit_adapters.redis.connection import encode_key, redis_client
from orbit_adapters.redis.dialogs import RedisDialogs, dialog_key
from orbit_adapters.redis.rate_limiter import RedisRateLimiter
from orbit_domain.cache.ports import CUSTOMER, Cache
from orbit_domain.clock import Clock
from orbit_domain.ids import TelegramId
from orbit_domain.rate_limit.ports import CODE_ATTEMPTS, RateLimiter
from orbit_entry.config.settings import Settings

_MENU = "menu"
"""Where `LiveMenus` keeps the newest menu of a chat."""
_NOTHING_TO_REMEMBER = nullcontext()


@dataclass(frozen=True, slots=True)
class EphemeralState:
    """The parts, and the Redis client that they share. Without it everything is in memory.

    Entries of `cache` only expire. Entries of `customers` are also dropped by the process that changes a customer.
    """

    cache: Cache
    customers: Cache
    rate_limiter: RateLimiter
    code_attempts: RateLimiter
    dialogs: BaseStorage
    client: ResilientRedis | None = None

    def reads_of_update(
        self, bot_id: int, tg_id: TelegramId | None, *, with_menu: bool = False
    ) -> AbstractContextManager[object]:
        """A block for one update, of *tg_id* in the private chat with the bot. Nothing is read from Redis twice in it.

        What almost every update of a person needs is asked for at once, and shares a round trip with the first command
        of the block, which is the rate limit's. *with_menu*: a new screen will be sent, so the newest menu is needed.
        """
        if self.client is None:
            return _NOTHING_TO_REMEMBER
        if tg_id is None:
            return self.client.reads_of_update()
        dialog = StorageKey(bot_id=bot_id, chat_id=tg_id, user_id=tg_id)
        keys = [encode_key(CUSTOMER.key(tg_id)), dialog_key(dialog, "state")]
        if with_menu:
            keys.append(dialog_key(replace(dialog, destiny=_MENU), "data"))
        return self.client.reads_of_update(keys)

    async def is_degraded(self) -> bool:
        """Whether a configured Redis doesn't answer. The shop then goes on, slower."""
        return self.client is not None and not await self.client.check()

    async def close(self) -> None:
        """Close the connections."""
        if self.client is not None:
            await self.client.close()


def open_ephemeral_state(settings: Settings, clock: Clock, *, alone: bool) -> EphemeralState:
    """Return the parts that the settings name. In Redis they share one database, and differ in their keys' prefixes.

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
    client = ResilientRedis(redis_client(url), clock)
    cache = RedisCache(client)
    return EphemeralState(
        cache,
        cache,
        RedisRateLimiter(client, clock, settings.rate_limit, rate_limiter),
        RedisRateLimiter(client, clock, CODE_ATTEMPTS, code_attempts, "codes"),
        RedisDialogs(client, dialogs, **ttls),
        client,
    )

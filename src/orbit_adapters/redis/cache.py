"""The cache that all processes share."""

import asyncio
from collections import Counter
from functools import partial
from itertools import islice

from orbit_adapters.redis.client import NO_ANSWER, ResilientRedis
from orbit_adapters.redis.connection import MAX_VALUE_BYTES, decode, encode, encode_key
from orbit_domain.cache.ports import WRITE_GUARD_S, checked_ttl

_MAX_PENDING = 10_000
_MAX_AT_ONCE = 500
_DROPPED = b"orbit1 dropped"


class RedisCache:
    """The port `Cache` in Redis. `counts` holds hits and misses.

    Keys that couldn't be dropped are pending: they are dropped as soon as Redis answers again, before any other
    operation, so that no value from before an outage is read after it.
    """

    def __init__(self, client: ResilientRedis) -> None:
        self.counts: Counter[str] = Counter()
        self._client = client
        self._pending: dict[bytes, object] = {}

    @property
    def pending_drops(self) -> int:
        """How many keys are still to be dropped."""
        return len(self._pending)

    async def get(self, key: str) -> str | None:
        """What was put under *key*; None when there is no value, or no Redis."""
        held = await self._client.read(encode_key(key), _kept_or_dropped) if await self._flush_pending() else None
        value = held[0] if held else None
        self.counts["miss" if value is None else "hit"] += 1
        return value

    async def put(self, key: str, value: str, ttl_s: int) -> None:
        """Store *value* for *ttl_s* seconds if the key is free. Raises ValueError for less than one.

        Nobody waits for it: it goes to Redis together with the next command.
        """
        ttl_s, name, stored = checked_ttl(ttl_s), encode_key(key), encode(value)
        if not await self._flush_pending():
            self._postpone_drop(name)
        elif len(stored) > MAX_VALUE_BYTES:
            await self.drop(key)
        else:
            written = self._client.write_later(name, stored, ttl_s, only_if_free=True)
            written.add_done_callback(partial(self._drop_if_uncertain, name))

    def _drop_if_uncertain(self, name: bytes, written: asyncio.Future[object]) -> None:
        if written.cancelled() or written.result() is NO_ANSWER:
            self._postpone_drop(name)

    async def drop(self, *keys: str) -> None:
        """Drop *keys*, at once or as soon as Redis answers."""
        self._postpone_drop(*map(encode_key, keys))
        await self._flush_pending()

    async def _flush_pending(self) -> bool:
        """Drop the pending keys; whether none is left."""
        while self._pending:
            batch = dict(islice(self._pending.items(), _MAX_AT_ONCE))
            if not await self._client.write_each(batch, _DROPPED, WRITE_GUARD_S):
                return False
            for name, token in batch.items():
                if self._pending.get(name) is token:  # It may have been postponed again meanwhile.
                    del self._pending[name]
        return True

    def _postpone_drop(self, *names: bytes) -> None:
        for name in names:
            self._pending.pop(name, None)
            self._pending[name] = object()
        while len(self._pending) > _MAX_PENDING:
            # The value of a key that is removed here stays cached until its TTL ends.
            del self._pending[next(iter(self._pending))]


def _kept_or_dropped(held: bytes) -> tuple[str | None]:
    """The text in *held*, None for a dropped one. Raises ValueError for a corrupt value."""
    return (None,) if held == _DROPPED else (decode(held),)

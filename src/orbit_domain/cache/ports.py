"""What may be cached, so that the database or a panel isn't read again."""

from dataclasses import dataclass
from typing import Protocol


class Cache(Protocol):
    """A cache, which may lose any entry at any time. Its contract: `orbit_testing.contracts.cache`.

    It never decides about money or access. Code that writes the database drops the keys after the commit.
    No method fails because the cache does: an unreachable cache has no entries.
    """

    async def get(self, key: str) -> str | None:
        """The value under *key*, if it is still there."""

    async def put(self, key: str, value: str, ttl_s: int) -> None:
        """Store *value* for *ttl_s* seconds, unless the key has a value or was just dropped.

        Just means within `WRITE_GUARD_S`: what a slow reader read before a change must not be stored after it.
        Raises ValueError for less than a second.
        """

    async def drop(self, *keys: str) -> None:
        """Delete *keys*. If the cache is unreachable now, the deletion is made up for before anything is read again."""


@dataclass(frozen=True, slots=True)
class CacheEntry:
    """One kind of cache entry: the pattern of its keys and its time to live."""

    pattern: str
    ttl_s: int

    def key(self, owner: int | str) -> str:
        """The key of this kind for a user's Telegram id or a panel's id."""
        return self.pattern.format(owner)


_BALANCE_S = 60
_SUBSCRIPTION_END_S = 3600
_NOTIFICATION_SETTINGS_S = 3600
_LANGUAGE_S = 86_400

CUSTOMER = CacheEntry("user:{}:customer", min(_BALANCE_S, _SUBSCRIPTION_END_S, _NOTIFICATION_SETTINGS_S, _LANGUAGE_S))
"""All of these are one row, read together: its time to live is that of its shortest-lived part."""

NODE_METRICS = CacheEntry("marzban:{}:node_metrics", 120)

WRITE_GUARD_S = 10
"""For so long after a drop nothing is stored under the key: longer than any read of the database may take."""


def checked_ttl(ttl_s: int) -> int:
    """*ttl_s* if it is at least a second. Raises ValueError."""
    if ttl_s < 1:
        raise ValueError(f"a cache entry lives for at least a second, not for {ttl_s}")
    return ttl_s

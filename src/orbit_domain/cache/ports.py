"""What may be remembered for a while so that the books or a panel needn't be asked again."""

from dataclasses import dataclass
from typing import Protocol


class Cache(Protocol):
    """Short memory that may forget anything at any time. Its promises: `orbit_testing.contracts.cache`.

    It never decides about money or access. Whoever writes the books drops the keys after the commit.
    No method fails because the cache does: a cache that can't be reached knows nothing.
    """

    async def get(self, key: str) -> str | None:
        """What was put under *key*, if it is still known."""

    async def put(self, key: str, value: str, ttl_s: int) -> None:
        """Remember *value* for *ttl_s* seconds, unless something is known or the key was just dropped.

        Just means `WRITE_GUARD_S`: what a slow reader read before a change must not be remembered after it.
        Raises ValueError for less than a second.
        """

    async def drop(self, *keys: str) -> None:
        """Forget *keys*. If that can't be done just now, it is made up for before anything is read again."""


@dataclass(frozen=True, slots=True)
class CacheEntry:
    """One kind of thing that is remembered: how its keys are written and for how many seconds it may be believed."""

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
"""All of these are one row, read together: it may be believed for as long as its shortest-lived part."""

NODE_METRICS = CacheEntry("marzban:{}:node_metrics", 120)

WRITE_GUARD_S = 10
"""For so long after a drop nothing is remembered under the key: longer than any read of the books may take."""


def checked_ttl(ttl_s: int) -> int:
    """*ttl_s* if something can be remembered that long. Raises ValueError."""
    if ttl_s < 1:
        raise ValueError(f"a cache remembers for a second at least, not for {ttl_s}")
    return ttl_s

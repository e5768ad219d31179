"""The contract of every Cache.

Subclass `CacheContract`, give it a `cache` fixture and the hook `pass_time`.
"""

from abc import ABC, abstractmethod

import pytest

from orbit_domain.cache.ports import WRITE_GUARD_S, Cache

HOSTILE = (
    "", " ", "\0", "\n", "null", "0", "{}", "orbit1\n", "Орбита 🛰", "\ud800", "e\u0301\u202e", "\uffff", "x" * 100_000,
)  # fmt: skip
"""Texts that stores have been known to lose or change."""

_HOUR_S = 3600


class CacheContract(ABC):
    """A value is cached for its TTL and not longer; a dropped key is unknown at once."""

    @abstractmethod
    async def pass_time(self, seconds: int) -> None:
        """Shorten the TTL of every value by that much."""

    async def test_nothing_is_known_at_first(self, cache: Cache) -> None:
        """A key that was never put is unknown, and dropping it is no error."""
        assert await cache.get("never put") is None
        await cache.drop("never put")
        await cache.drop()
        assert await cache.get("never put") is None

    @pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
    async def test_any_text_comes_back_as_it_was(self, cache: Cache, text: str) -> None:
        """Values and keys may be any text, and come back letter by letter."""
        await cache.put(f"key {text}", text, _HOUR_S)
        assert await cache.get(f"key {text}") == text

    async def test_keys_are_distinct(self, cache: Cache) -> None:
        """Keys that differ in one letter, in case or by a space are different keys."""
        keys = ("user:1:balance", "user:11:balance", "User:1:balance", "user:1:balance ", "user:1:*")
        for key in keys:
            await cache.put(key, f"of {key}", _HOUR_S)
        assert [await cache.get(key) for key in keys] == [f"of {key}" for key in keys]

    async def test_the_first_value_counts(self, cache: Cache) -> None:
        """Of several readers who put what they read, the first value stays until its TTL ends."""
        await cache.put("key", "first", _HOUR_S)
        await cache.put("key", "second", 3 * _HOUR_S)
        assert await cache.get("key") == "first"
        await self.pass_time(_HOUR_S)
        assert await cache.get("key") is None
        await cache.put("key", "third", _HOUR_S)
        assert await cache.get("key") == "third"

    async def test_values_expire(self, cache: Cache) -> None:
        """A value is cached within its TTL and not after it, while values with a longer TTL stay."""
        await cache.put("short", "a", _HOUR_S)
        await cache.put("long", "b", 3 * _HOUR_S)
        await self.pass_time(_HOUR_S // 2)
        assert (await cache.get("short"), await cache.get("long")) == ("a", "b")
        await self.pass_time(_HOUR_S)
        assert (await cache.get("short"), await cache.get("long")) == (None, "b")

    async def test_reading_does_not_extend_the_ttl(self, cache: Cache) -> None:
        """A value that is read just before its TTL ends expires all the same."""
        await cache.put("key", "a", _HOUR_S)
        await self.pass_time(_HOUR_S - 1)
        await cache.get("key")
        await self.pass_time(1)
        assert await cache.get("key") is None

    async def test_a_slow_reader_cannot_put_after_a_drop(self, cache: Cache) -> None:
        """A value that may have been read before the change isn't cached after it; later values are."""
        await cache.put("key", "old", _HOUR_S)
        await cache.drop("key", "unknown")
        for key in ("key", "unknown"):
            await cache.put(key, "old", _HOUR_S)
            assert await cache.get(key) is None
        await self.pass_time(WRITE_GUARD_S)
        for key in ("key", "unknown"):
            await cache.put(key, "new", _HOUR_S)
            assert await cache.get(key) == "new"

    async def test_dropped_keys_are_unknown(self, cache: Cache) -> None:
        """Several keys are dropped at once, unknown ones among them; the others stay."""
        for key in ("one", "two", "three"):
            await cache.put(key, key, _HOUR_S)
        await cache.drop("one", "never put", "three")
        assert [await cache.get(key) for key in ("one", "two", "three")] == [None, "two", None]

    @pytest.mark.parametrize("ttl_s", [0, -1])
    async def test_a_ttl_must_be_positive(self, cache: Cache, ttl_s: int) -> None:
        """A TTL of zero or less is a bug of the caller, and changes nothing."""
        await cache.put("key", "value", _HOUR_S)
        with pytest.raises(ValueError):
            await cache.put("key", "other", ttl_s)
        assert await cache.get("key") == "value"

"""What every Cache promises.

Subclass `CacheContract`, give it a `cache` fixture and the hook that lets time pass.
"""

from abc import ABC, abstractmethod

import pytest

from orbit_domain.cache import Cache

HOSTILE = (
    "", " ", "\0", "\n", "null", "0", "{}", "orbit1\n", "Орбита 🛰", "\ud800", "e\u0301\u202e", "\uffff", "x" * 100_000,
)  # fmt: skip
"""Texts that some store or other has been known to lose or change."""

_HOUR_S = 3600


class CacheContract(ABC):
    """What is put is known for its time and not longer; what is dropped is unknown at once."""

    @abstractmethod
    async def pass_time(self, seconds: int) -> None:
        """Let that much of every value's time go by."""

    async def test_nothing_is_known_at_first(self, cache: Cache) -> None:
        """A key that nobody put is unknown, and dropping it is no trouble."""
        assert await cache.get("never put") is None
        await cache.drop("never put")
        await cache.drop()
        assert await cache.get("never put") is None

    @pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
    async def test_any_text_comes_back_as_it_was(self, cache: Cache, text: str) -> None:
        """Values and keys may be any text, and come back letter by letter."""
        await cache.put(f"key {text}", text, _HOUR_S)
        assert await cache.get(f"key {text}") == text

    async def test_keys_are_told_apart(self, cache: Cache) -> None:
        """Keys that differ in one letter, in case or by a space are different keys."""
        keys = ("user:1:balance", "user:11:balance", "User:1:balance", "user:1:balance ", "user:1:*")
        for key in keys:
            await cache.put(key, f"of {key}", _HOUR_S)
        assert [await cache.get(key) for key in keys] == [f"of {key}" for key in keys]

    async def test_the_newest_value_counts(self, cache: Cache) -> None:
        """Putting again replaces the value, also by the same one."""
        for value in ("first", "second", "second"):
            await cache.put("key", value, _HOUR_S)
            assert await cache.get("key") == value

    async def test_it_forgets_in_time(self, cache: Cache) -> None:
        """Within its time a value is known; afterwards it isn't, while longer-lived ones are."""
        await cache.put("short", "a", _HOUR_S)
        await cache.put("long", "b", 3 * _HOUR_S)
        await self.pass_time(_HOUR_S // 2)
        assert (await cache.get("short"), await cache.get("long")) == ("a", "b")
        await self.pass_time(_HOUR_S)
        assert (await cache.get("short"), await cache.get("long")) == (None, "b")

    async def test_putting_again_begins_the_time_anew(self, cache: Cache) -> None:
        """The time of the last put counts, be it longer or shorter; reading doesn't lengthen it."""
        await cache.put("longer", "a", _HOUR_S)
        await cache.put("shorter", "b", 3 * _HOUR_S)
        await cache.put("longer", "a", 3 * _HOUR_S)
        await cache.put("shorter", "b", _HOUR_S)
        await cache.get("shorter")
        await self.pass_time(2 * _HOUR_S)
        assert (await cache.get("longer"), await cache.get("shorter")) == ("a", None)

    async def test_dropped_keys_are_unknown(self, cache: Cache) -> None:
        """Several keys are dropped at once, unknown ones among them; the others stay."""
        for key in ("one", "two", "three"):
            await cache.put(key, key, _HOUR_S)
        await cache.drop("one", "never put", "three")
        assert [await cache.get(key) for key in ("one", "two", "three")] == [None, "two", None]

    @pytest.mark.parametrize("ttl_s", [0, -1])
    async def test_a_time_must_be_positive(self, cache: Cache, ttl_s: int) -> None:
        """Remembering for no time at all is a mistake of the caller, and changes nothing."""
        await cache.put("key", "value", _HOUR_S)
        with pytest.raises(ValueError):
            await cache.put("key", "other", ttl_s)
        assert await cache.get("key") == "value"

"""What one update has read from Redis, so that nothing is asked for twice while it is handled."""

import asyncio
from collections.abc import Callable, Sequence
from contextvars import ContextVar, Token
from typing import Self

from orbit_adapters.redis.resp import Command

Answer = asyncio.Future[object]
SendAll = Callable[[Sequence[Command]], list[Answer]]
_NOT_READ = object()


class UpdateReads:
    """A block within which every value is read once. What the block itself writes is remembered too.

    *keys* leave through *send_all* as one MGET when the block is entered, so that they share the round trip of the
    first command within it. A task that outlives the block remembers nothing.
    """

    __slots__ = ("_asked", "_is_over", "_places", "_send_all", "_together", "_token", "_values")

    def __init__(self, send_all: SendAll, keys: Sequence[bytes]) -> None:
        self._send_all = send_all
        # Where each key stands in the answer to all of them, until more is known of it.
        self._places = {key: place for place, key in enumerate(keys)}
        self._together: Answer | None = None
        # One GET for all who ask for the key while it is under way.
        self._asked: dict[bytes, Answer] = {}
        self._values: dict[bytes, object] = {}
        self._is_over = False
        self._token: Token[UpdateReads | None] | None = None

    def __enter__(self) -> Self:
        if self._places:
            self._together = self._ask("MGET", *self._places)
        self._token = _CURRENT.set(self)
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over = True
        self._places.clear()
        self._asked.clear()
        self._values.clear()
        if self._token is not None:
            _CURRENT.reset(self._token)

    async def value(self, key: bytes) -> object:
        """What the first reading of *key* in this block brings, or has brought."""
        self._take_together()
        if key in self._values:
            return self._values[key]
        place = self._places.get(key)
        if place is not None and self._together is not None:
            # Others may wait for it too, and whoever gives up must not take it from them.
            return _part(await asyncio.shield(self._together), place)
        return await asyncio.shield(self._get(key))

    def _take_together(self) -> None:
        """As soon as the values that come together are there, they are known."""
        if self._places and self._together is not None and self._together.done():
            answer = self._together.result()
            for key, place in self._places.items():
                self._values[key] = _part(answer, place)
            self._places.clear()

    def _get(self, key: bytes) -> Answer:
        asked = self._asked.get(key) or self._ask("GET", key)
        if not self._is_over:
            self._asked[key] = asked
        return asked

    def _ask(self, *words: str | bytes) -> Answer:
        return self._send_all([words])[0]

    def remember(self, key: bytes, value: bytes | None) -> None:
        """*value* was stored under *key*, None for a deleted one."""
        self.forget(key)
        if not self._is_over:
            self._values[key] = value

    def remember_if_free(self, key: bytes, value: bytes) -> None:
        """*value* is on its way to *key*, which takes it if it has none: as it had when it was read here."""
        self._take_together()
        asked = self._asked.get(key)
        known = asked.result() if asked is not None and asked.done() else self._values.get(key, _NOT_READ)
        if known is None:
            self.remember(key, value)
        else:
            self.forget(key)

    def forget(self, *keys: bytes) -> None:
        """Nothing is known of *keys* until they are read again."""
        self._take_together()
        for key in keys:
            self._places.pop(key, None)
            self._asked.pop(key, None)
            self._values.pop(key, None)


def _part(together: object, place: int) -> object:
    """One value of several that come together; no answer to all of them is none to it.

    A key of another type has no value here. It stays as it is, and its user does without.
    """
    return together[place] if isinstance(together, list) else together


_CURRENT: ContextVar[UpdateReads | None] = ContextVar("update_reads", default=None)


def current_reads() -> UpdateReads | None:
    """The block that the caller is in; None outside of an update."""
    return _CURRENT.get()

"""What one update has read from Redis, so that nothing is asked for twice while it is handled."""

import asyncio
from collections.abc import Callable, Sequence
from contextvars import ContextVar, Token
from typing import Self

from orbit_adapters.redis.resp import Command

Answer = asyncio.Future[object]
SendAll = Callable[[Sequence[Command]], list[Answer]]


class UpdateReads:
    """A block within which every value is read once. What the block itself writes is remembered too.

    *keys* leave through *send_all* as one MGET when the block is entered, so that they share the round trip of the
    first command within it. A task that outlives the block remembers nothing.
    """

    __slots__ = ("_answers", "_is_over", "_keys", "_places", "_send_all", "_together", "_token")

    def __init__(self, send_all: SendAll, keys: Sequence[bytes]) -> None:
        self._send_all = send_all
        self._keys = keys
        self._together: Answer | None = None
        # Where each key stands in that answer, until more is known of it.
        self._places: dict[bytes, int] = {}
        self._answers: dict[bytes, Answer] = {}
        self._is_over = False
        self._token: Token[UpdateReads | None] | None = None

    def __enter__(self) -> Self:
        if self._keys:
            self._together = self._ask("MGET", *self._keys)
            self._places = {key: place for place, key in enumerate(self._keys)}
        self._token = _CURRENT.set(self)
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over = True
        self._answers.clear()
        self._places.clear()
        if self._token is not None:
            _CURRENT.reset(self._token)

    def answer(self, key: bytes) -> Answer:
        """What the first reading of *key* in this block brings, or has brought."""
        known = self._known(key)
        if known is None:
            known = self._ask("GET", key)
            if not self._is_over:
                self._answers[key] = known
        return known

    def _known(self, key: bytes) -> Answer | None:
        place = self._places.pop(key, None)
        if place is not None and self._together is not None:
            self._answers[key] = _part(self._together, place)
        return self._answers.get(key)

    def _ask(self, *words: str | bytes) -> Answer:
        return self._send_all([words])[0]

    def remember(self, key: bytes, value: bytes | None) -> None:
        """*value* was stored under *key*, None for a deleted one."""
        if not self._is_over:
            self._places.pop(key, None)
            answer = self._answers[key] = asyncio.get_running_loop().create_future()
            answer.set_result(value)

    def remember_if_free(self, key: bytes, value: bytes) -> None:
        """*value* is on its way to *key*, which takes it if it has none: as it had when it was read here."""
        known = self._known(key)
        if known is not None and known.done() and known.result() is None:
            self.remember(key, value)
        else:
            self.forget(key)

    def forget(self, *keys: bytes) -> None:
        """Nothing is known of *keys* until they are read again."""
        for key in keys:
            self._answers.pop(key, None)
            self._places.pop(key, None)


def _part(together: Answer, place: int) -> Answer:
    """One value of several that come together; no answer to all of them is none to it.

    A key of another type has no value here. It stays as it is, and its user does without.
    """
    part: Answer = asyncio.get_running_loop().create_future()

    def settle(answered: Answer) -> None:
        if not part.done():
            values = answered.result()
            part.set_result(values[place] if isinstance(values, list) else values)

    if together.done():
        settle(together)
    else:
        together.add_done_callback(settle)
    return part


_CURRENT: ContextVar[UpdateReads | None] = ContextVar("update_reads", default=None)


def current_reads() -> UpdateReads | None:
    """The block that the caller is in; None outside of an update."""
    return _CURRENT.get()

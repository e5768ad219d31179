"""The queue of updates: numbered, confirmed by offset, delivered by polling or by webhook."""

import asyncio
import random
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from orbit_sandbox.clock import SandboxClock
from orbit_sandbox.telegram.refusals import BotApiRefusal
from orbit_sandbox.telegram.signal import Signal

KEPT_FOR = timedelta(hours=24)
IDLE_BEFORE_JUMP = timedelta(days=7)
# Sent only to bots that ask for them by name.
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(slots=True, eq=False)
class Pending:
    """An update that the bot hasn't confirmed. *again* marks a repeated delivery, dropped once delivered."""

    number: int
    body: dict[str, Any]
    created_at: datetime
    again: bool = False
    delivered: bool = False
    in_flight: bool = False
    failures: int = 0


class UpdateQueue:
    """Updates in order of time, kept for 24 hours or until the bot moves the offset past them.

    Numbers grow by one, but after a week without updates they start anew at random, as Telegram documents.
    `shuffled` delivers each batch in a random order; `repeat_next` delivers that many new updates twice.
    """

    def __init__(self, clock: SandboxClock, rng: random.Random, signal: Signal, lock: threading.RLock) -> None:
        self.allowed: frozenset[str] = frozenset()
        self.shuffled = False
        self.repeat_next = 0
        self._clock, self._rng, self._signal, self._lock = clock, rng, signal, lock
        self._next = rng.randint(100_000_000, 900_000_000)
        self._last_at = clock.now()
        self._pending: list[Pending] = []
        self._poller = 0

    def add(self, kind: str, content: dict[str, Any]) -> int | None:
        """Queue an update and return its number; None when the bot did not request this *kind*."""
        if kind not in self.allowed if self.allowed else kind in NOT_BY_DEFAULT:
            return None
        return self.add_raw({kind: content})

    def add_raw(self, body: dict[str, Any]) -> int:
        """Queue *body* as it is, however odd; a number is added only when `update_id` is missing."""
        now = self._clock.now()
        if now - self._last_at > IDLE_BEFORE_JUMP and not self._pending:
            self._next = self._rng.randint(100_000_000, 900_000_000)
        self._last_at = now
        given = body.get("update_id")
        number = given if isinstance(given, int) else self._next
        if number == self._next:
            self._next += 1
        one = Pending(number, {"update_id": number} | body, now)
        self._pending.append(one)
        if self.repeat_next > 0:
            self.repeat_next -= 1
            self._pending.append(Pending(number, one.body, now, again=True))
        self._signal.send()
        return number

    def repeat(self, body: dict[str, Any]) -> None:
        """Deliver an update once more under the number it already had."""
        self._pending.append(Pending(body["update_id"], body, self._clock.now(), again=True))
        self._signal.send()

    def waiting(self) -> int:
        """How many updates the bot has not confirmed, as in `pending_update_count`."""
        self._drop_old()
        return len(self._pending)

    def clear(self) -> None:
        """Drop all queued updates (`drop_pending_updates`)."""
        self._pending.clear()

    def terminate_poller(self) -> None:
        """End the current poll with a 409."""
        self._poller += 1
        self._signal.send()

    async def fetch(self, offset: int, limit: int, timeout_s: float) -> list[dict[str, Any]]:
        """Long polling. A newer poll ends an older one with a 409, as two bots with one token do."""
        with self._lock:
            self.terminate_poller()
            mine = self._poller
            self._confirm(offset)
        deadline = asyncio.get_running_loop().time() + timeout_s
        while True:
            seen = self._signal.version
            with self._lock:
                if self._poller != mine:
                    words = "terminated by other getUpdates request; make sure that only one bot instance is running"
                    raise BotApiRefusal(409, f"Conflict: {words}")
                batch = self._take(limit)
            left = deadline - asyncio.get_running_loop().time()
            if batch or left <= 0:
                return batch
            await self._signal.wait(seen, left)

    def claim(self, count: int) -> list[Pending]:
        """Up to *count* updates for a webhook, each claimed until `done` or `failed`."""
        self._drop_old()
        free = [one for one in self._pending if not one.in_flight]
        if self.shuffled:
            self._rng.shuffle(free)
        busy = sum(one.in_flight for one in self._pending)
        claimed = free[: max(count - busy, 0)]
        for one in claimed:
            one.in_flight = True
        return claimed

    def done(self, one: Pending) -> None:
        """The webhook accepted it."""
        if one in self._pending:
            self._pending.remove(one)
        self._signal.send()

    def failed(self, one: Pending) -> None:
        """The webhook did not accept it: it will be pushed again."""
        one.in_flight = False
        one.failures += 1
        self._signal.send()

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            self._pending = self._pending[offset:]
            return
        # An offset from before the numbers jumped confirms only what was delivered.
        ahead = offset > self._next
        self._pending = [p for p in self._pending if p.again or p.number >= offset or (ahead and not p.delivered)]

    def _take(self, limit: int) -> list[dict[str, Any]]:
        self._drop_old()
        batch = self._pending[:limit]
        for one in batch:
            one.delivered = True
        self._pending = [p for p in self._pending if not (p.again and p.delivered)]
        if self.shuffled:
            self._rng.shuffle(batch)
        return [one.body for one in batch]

    def _drop_old(self) -> None:
        oldest = self._clock.now() - KEPT_FOR
        self._pending = [one for one in self._pending if one.created_at >= oldest]

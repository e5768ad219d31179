"""The rate limit of notices: 30 messages a second in all, one a second into a chat, 20 a minute into a group.

These are the numbers of Telegram's bot FAQ. Groups have negative numbers.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from math import ceil
from typing import Protocol

from orbit_domain.clock import Clock

_MAX_CHATS = 1_000
_ASSUMED_PROCESSES = 3
"""Among how many the limit is divided while they can't ask each other: more than most shops have."""


class SharedSendSlots(Protocol):
    """The slots of all processes of a shop."""

    async def reserve(self, chat_id: int) -> float | None:
        """Reserve a slot for a message to *chat_id*. Returns the seconds until then; None when they can't be asked."""


class SendRateLimiter:
    """Gives every message its own time slot. Answers to taps don't use it: they are sent at once.

    A slot of this process is reserved without an await, so concurrent tasks never get the same one. With *shared*
    slots those are asked first, and this process counts for itself, a third of the limit, while they don't answer.
    """

    def __init__(
        self,
        clock: Clock,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        per_second: int = 30,
        chat_pause_s: int = 1,
        shared: SharedSendSlots | None = None,
        group_pause_s: int = 3,
    ) -> None:
        self.clock = clock
        self.sleep = sleep
        self.per_second = per_second if shared is None else max(1, per_second // _ASSUMED_PROCESSES)
        self.chat_pause_slots = chat_pause_s * self.per_second
        self.group_pause_slots = group_pause_s * self.per_second
        self.shared = shared
        self._reserved_slots: set[int] = set()
        self._chat_free_at: dict[int, int] = {}

    async def acquire(self, chat_id: int) -> None:
        """Wait until a message to *chat_id* may be sent."""
        if self.shared is not None and await self._acquire_shared(self.shared, chat_id):
            return
        now_s = self.clock.now().timestamp()
        wait_s = self._reserve(chat_id, now_s) / self.per_second - now_s
        if wait_s > 0:
            await self.sleep(wait_s)

    def pause_chat(self, chat_id: int, pause: timedelta) -> None:
        """Send nothing to *chat_id* for *pause*, as Telegram requested. Other chats aren't affected."""
        until_s = self.clock.now().timestamp() + pause.total_seconds()
        self._chat_free_at[chat_id] = max(self._chat_free_at.get(chat_id, 0), ceil(until_s * self.per_second))

    def remaining_pause(self, chat_id: int) -> timedelta:
        """How long until a message to *chat_id* may be sent; zero when it may be sent now."""
        free_s = self._chat_free_at.get(chat_id, 0) / self.per_second
        return timedelta(seconds=max(0.0, free_s - self.clock.now().timestamp()))

    async def _acquire_shared(self, shared: SharedSendSlots, chat_id: int) -> bool:
        """Wait for a slot of all processes. False when none could be had."""
        pause_s = self.remaining_pause(chat_id).total_seconds()
        if pause_s > 0:
            await self.sleep(pause_s)
        wait_s = await shared.reserve(chat_id)
        if wait_s is None:
            return False
        # This process may have to count for itself the next moment.
        now = self.clock.now().timestamp() * self.per_second
        self._drop_past(ceil(now))
        self._chat_free_at[chat_id] = ceil(now + wait_s * self.per_second) + self._rest(chat_id)
        if wait_s > 0:
            await self.sleep(wait_s)
        return True

    def _reserve(self, chat_id: int, now_s: float) -> int:
        now = ceil(now_s * self.per_second)
        self._drop_past(now)
        slot = max(now, self._chat_free_at.get(chat_id, 0))
        while slot in self._reserved_slots:
            slot += 1
        self._reserved_slots.add(slot)
        self._chat_free_at[chat_id] = slot + self._rest(chat_id)
        return slot

    def _rest(self, chat_id: int) -> int:
        return self.group_pause_slots if chat_id < 0 else self.chat_pause_slots

    def _drop_past(self, now: int) -> None:
        self._reserved_slots = {slot for slot in self._reserved_slots if slot >= now}
        if len(self._chat_free_at) > _MAX_CHATS:
            self._chat_free_at = {chat: free for chat, free in self._chat_free_at.items() if free > now}

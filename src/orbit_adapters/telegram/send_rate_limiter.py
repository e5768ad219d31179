"""The rate limit of notices: 30 messages a second in all and one a second into a chat (Telegram's bot FAQ)."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from math import ceil

from orbit_domain.clock import Clock

_MAX_CHATS = 1_000


class SendRateLimiter:
    """Gives every message its own time slot. Answers to taps don't use it: they are sent at once.

    A slot is reserved without an await, so concurrent tasks never get the same one.
    """

    def __init__(
        self,
        clock: Clock,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        per_second: int = 30,
        chat_pause_s: int = 1,
    ) -> None:
        self.clock = clock
        self.sleep = sleep
        self.per_second = per_second
        self.chat_pause_slots = chat_pause_s * per_second
        self._reserved_slots: set[int] = set()
        self._chat_free_at: dict[int, int] = {}

    async def acquire(self, chat_id: int) -> None:
        """Wait until a message to *chat_id* may be sent."""
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

    def _reserve(self, chat_id: int, now_s: float) -> int:
        now = ceil(now_s * self.per_second)
        self._drop_past(now)
        slot = max(now, self._chat_free_at.get(chat_id, 0))
        while slot in self._reserved_slots:
            slot += 1
        self._reserved_slots.add(slot)
        self._chat_free_at[chat_id] = slot + self.chat_pause_slots
        return slot

    def _drop_past(self, now: int) -> None:
        self._reserved_slots = {slot for slot in self._reserved_slots if slot >= now}
        if len(self._chat_free_at) > _MAX_CHATS:
            self._chat_free_at = {chat: free for chat, free in self._chat_free_at.items() if free > now}

"""How fast we may speak: at most 30 messages a second overall and one a second into a chat (Telegram's bot FAQ)."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from math import ceil

from orbit_domain.clock import Clock

_REMEMBERED = 1_000


class SendRateLimiter:
    """Gives every message a slot of its own. Answers to taps don't ask here: they go before what can wait.

    A slot is taken without awaiting anything, so that any number of tasks may ask at once.
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
        self.chat_pause = chat_pause_s * per_second
        self._taken: set[int] = set()
        self._chat_free: dict[int, int] = {}

    async def turn(self, chat_id: int) -> None:
        """Wait until *chat_id* may hear something."""
        now_s = self.clock.now().timestamp()
        wait_s = self._reserve(chat_id, now_s) / self.per_second - now_s
        if wait_s > 0:
            await self.sleep(wait_s)

    def hold(self, chat_id: int, pause: timedelta) -> None:
        """Telegram asked to leave this chat alone for a while; the others go on."""
        until_s = self.clock.now().timestamp() + pause.total_seconds()
        self._chat_free[chat_id] = max(self._chat_free.get(chat_id, 0), ceil(until_s * self.per_second))

    def wait_for(self, chat_id: int) -> timedelta:
        """How long until *chat_id* is free; nothing when it is."""
        free_s = self._chat_free.get(chat_id, 0) / self.per_second
        return timedelta(seconds=max(0.0, free_s - self.clock.now().timestamp()))

    def _reserve(self, chat_id: int, now_s: float) -> int:
        now = ceil(now_s * self.per_second)
        self._forget(now)
        slot = max(now, self._chat_free.get(chat_id, 0))
        while slot in self._taken:
            slot += 1
        self._taken.add(slot)
        self._chat_free[chat_id] = slot + self.chat_pause
        return slot

    def _forget(self, now: int) -> None:
        self._taken = {slot for slot in self._taken if slot >= now}
        if len(self._chat_free) > _REMEMBERED:
            self._chat_free = {chat: free for chat, free in self._chat_free.items() if free > now}

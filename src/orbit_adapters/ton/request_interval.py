"""How often an index may be asked. All readers of one index in a process share its interval."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import cache


def _now_ms() -> int:
    return time.monotonic_ns() // 1_000_000


async def _sleep_ms(wait_ms: int) -> None:
    await asyncio.sleep(wait_ms / 1000)


class RequestInterval:
    """At most one request every *interval_ms* milliseconds, in the order asked; 0: no limit.

    *now_ms* counts from anywhere and never runs backwards.
    """

    def __init__(
        self,
        interval_ms: int,
        now_ms: Callable[[], int] = _now_ms,
        sleep: Callable[[int], Awaitable[None]] = _sleep_ms,
    ) -> None:
        self.interval_ms = interval_ms
        self._now_ms = now_ms
        self._sleep = sleep
        self._next_ms = 0

    async def wait(self) -> None:
        """Return when the next request may go out."""
        if not self.interval_ms:
            return
        now = self._now_ms()
        at = max(now, self._next_ms)
        self._next_ms = at + self.interval_ms
        if at > now:
            await self._sleep(at - now)


UNLIMITED = RequestInterval(0)


@cache
def request_interval_of(_url: str, interval_ms: int) -> RequestInterval:
    """The one interval of the index at that address in this process."""
    return RequestInterval(interval_ms)

"""An event loop whose time is the tests' clock: whoever waits lets the clock advance, and nobody waits for real."""

import asyncio
import math
import selectors
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any, TypeVar

from tests.support.clock import FakeClock

T = TypeVar("T")


class _NoWaiting(selectors.DefaultSelector):
    """Instead of waiting for so long, lets the clock advance by it."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self._clock = clock

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if timeout is None and not ready:
            raise RuntimeError("everything waits for something that can't happen any more")
        if timeout and not ready:
            # A clock knows microseconds: rounded up, the timer that is waited for has come.
            self._clock.at += timedelta(microseconds=math.ceil(timeout * 1_000_000) + 1)
        return ready


class _VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self._begun: datetime = clock.now()
        super().__init__(_NoWaiting(clock))

    def time(self) -> float:
        return (self._clock.now() - self._begun).total_seconds()


async def until(holds: Callable[[], Awaitable[bool]], within_s: float, every_s: float = 0.1) -> None:
    """Let time pass until *holds*. Raises AssertionError when it takes longer than *within_s*."""
    for _ in range(round(within_s / every_s)):
        if await holds():
            return
        await asyncio.sleep(every_s)
    raise AssertionError(f"not within {within_s} s")


def in_virtual_time(clock: FakeClock, story: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run *story* in a loop of its own, whose timers, timeouts and sleeps are of *clock*. No sockets, no threads."""
    loop = _VirtualLoop(clock)
    try:
        return loop.run_until_complete(story())
    finally:
        if left := asyncio.all_tasks(loop):
            for task in left:
                task.cancel()
            loop.run_until_complete(asyncio.wait(left))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()

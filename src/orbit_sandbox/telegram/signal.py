"""A signal that wakes all waiters, in any thread and any event loop."""

import asyncio
import threading
from contextlib import suppress


class Signal:
    """Counts changes. A waiter passes the last count it has seen, so that it misses no change.

    The server often runs in a thread of its own while a test acts in another. `asyncio.Condition` can't do that:
    it belongs to one event loop.
    """

    def __init__(self) -> None:
        self.version = 0
        self._lock = threading.Lock()
        self._waiting: set[asyncio.Future[None]] = set()

    def send(self) -> None:
        """Count one change and wake every waiter."""
        with self._lock:
            self.version += 1
            woken, self._waiting = self._waiting, set()
        for waiter in woken:
            # A closed loop has no waiter left to wake.
            with suppress(RuntimeError):
                waiter.get_loop().call_soon_threadsafe(_wake, waiter)

    async def wait(self, seen: int, timeout_s: float) -> int:
        """Return the count as soon as it differs from *seen*, or after *timeout_s* seconds."""
        with self._lock:
            if self.version != seen:
                return self.version
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.add(waiter)
        try:
            # Not wait_for: before Python 3.12 it loses a cancellation that comes together with the signal.
            with suppress(TimeoutError):
                async with asyncio.timeout(timeout_s):
                    await waiter
        finally:
            with self._lock:
                self._waiting.discard(waiter)
        return self.version


def _wake(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)

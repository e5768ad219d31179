"""A bell that wakes everybody who waits, whichever thread or event loop they wait in."""

import asyncio
import threading
from contextlib import suppress


class Signal:
    """Counts changes. Waiters say which count they have seen, so that no ring is ever missed.

    The server often runs in a thread of its own while a test acts in another, which is more than
    `asyncio.Condition` allows: it belongs to one loop.
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
            # A loop that has closed meanwhile has nobody left to wake.
            with suppress(RuntimeError):
                waiter.get_loop().call_soon_threadsafe(_wake, waiter)

    async def wait(self, seen: int, timeout_s: float) -> int:
        """Return the count as soon as it differs from *seen*, or after *timeout_s* seconds whatever it is."""
        with self._lock:
            if self.version != seen:
                return self.version
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.add(waiter)
        try:
            # Not wait_for: before Python 3.12 it loses a cancellation that comes together with the ring.
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

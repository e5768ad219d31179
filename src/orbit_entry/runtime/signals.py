"""Stopping a process: signals set an event, and every wait ends when it is set."""

import asyncio
import os
import signal
from contextlib import suppress


def stop_on_signals(stop: asyncio.Event) -> None:
    """Set *stop* on SIGINT or SIGTERM. A second signal ends the process at once."""
    loop = asyncio.get_running_loop()

    def on_signal() -> None:
        if stop.is_set():
            os._exit(1)
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, on_signal)


async def sleep_or_stop(seconds: float, stop: asyncio.Event) -> None:
    """Wait for *seconds*, or until *stop* is set."""
    # Not wait_for: before Python 3.12 it can lose a cancellation.
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()

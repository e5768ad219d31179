"""Finishes database calls even when the caller is cancelled."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")


async def run_to_completion(call: Coroutine[Any, Any, T]) -> T:
    """Await *call* to its end; a cancellation is raised only then.

    A driver that is cancelled during a statement leaks its connection, and with SQLite the
    leaked connection keeps the only write lock there is. The wait is short: each statement has a
    time limit of its own.
    """
    task = asyncio.ensure_future(call)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await _wait_for(task)
        raise


async def _wait_for(task: asyncio.Future[Any]) -> None:
    """Wait for *task*, however often the wait itself is cancelled, and ignore its outcome."""
    while not task.done():
        with suppress(asyncio.CancelledError):
            await asyncio.wait([task])
    if not task.cancelled():
        task.exception()  # Retrieved, so that asyncio doesn't log it as never retrieved.

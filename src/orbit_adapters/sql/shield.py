"""Database calls that are finished even when the caller is cancelled meanwhile."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")


async def run_to_completion(call: Coroutine[Any, Any, T]) -> T:
    """Await *call* to its end; a cancellation is raised only then.

    A driver that is left in the middle of a statement leaks its connection, and with SQLite the
    leaked connection keeps the only write lock there is. The wait is short: each statement has a
    time limit of its own.
    """
    task = asyncio.ensure_future(call)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await _end_of(task)
        raise


async def _end_of(task: asyncio.Future[Any]) -> None:
    """Wait for *task*, however often the waiting itself is cancelled, and forget how it ended."""
    while not task.done():
        with suppress(asyncio.CancelledError):
            await asyncio.wait([task])
    if not task.cancelled():
        task.exception()  # Looked at, so that nobody reports it as forgotten.

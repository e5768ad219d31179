"""Screens that change by themselves while what they show goes on."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import structlog

from orbit_domain.errors import Refusal

_EVERY_S = 3.0
_MAX_DRAWINGS = 600
"""Half an hour: whoever still looks on then has a button."""

Redraw = Callable[[], Awaitable[bool]]
"""Draws the screen anew. Returns whether it may change again."""

log = structlog.get_logger()


class LiveScreens:
    """Draws one screen a chat again and again, until it changes no more, another one is followed, or drawing fails.

    Nothing depends on it: it ends with its process, and the screen's own button does the same.
    """

    def __init__(self, pause: Callable[[], Awaitable[object]] | None = None) -> None:
        self._pause = pause or partial(asyncio.sleep, _EVERY_S)
        self._drawing: dict[int, asyncio.Task[None]] = {}

    def follow(self, chat_id: int, redraw: Redraw) -> None:
        """Begin to draw, in place of what was followed in this chat."""
        self.leave(chat_id)
        self._drawing[chat_id] = asyncio.create_task(self._draw(chat_id, redraw), name="live screen")

    def leave(self, chat_id: int) -> None:
        """Draw nothing more in this chat."""
        older = self._drawing.pop(chat_id, None)
        if older is not None:
            older.cancel()

    async def _draw(self, chat_id: int, redraw: Redraw) -> None:
        try:
            for _ in range(_MAX_DRAWINGS):
                await self._pause()
                if not await redraw():
                    return
        except Refusal:  # The role was taken away meanwhile, for example.
            return
        except Exception as error:  # Nobody waits for this task: what it raises would be told to no one.
            log.warning("screen_not_redrawn", error=type(error).__name__)
        finally:
            if self._drawing.get(chat_id) is asyncio.current_task():
                del self._drawing[chat_id]

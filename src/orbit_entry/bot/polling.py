"""Long polling. A batch is acknowledged after it was handled."""

import asyncio
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramNetworkError, TelegramRetryAfter
from aiogram.methods import TelegramMethod

from orbit_entry.bot.update_processor import ALLOWED_UPDATES, RetryUpdate, UpdateProcessor
from orbit_entry.runtime.signals import sleep_or_stop

POLL_S = 20
BATCH = 100
_PAUSES_S = (0.5, 1, 2, 5, 10)

log = structlog.get_logger()


class GetRawUpdates(TelegramMethod[list[Any]]):
    """getUpdates without aiogram's parsing: one update that it can't parse doesn't block those after it."""

    __returning__ = list[Any]
    __api_method__ = "getUpdates"

    offset: int | None = None
    limit: int = BATCH
    timeout: int = POLL_S
    allowed_updates: list[str] = ALLOWED_UPDATES


class Polling:
    """Long polling that loses no update: the offset moves after a batch is done."""

    def __init__(self, bot: Bot, processor: UpdateProcessor, stop: asyncio.Event) -> None:
        self.bot = bot
        self.processor = processor
        self.stop = stop

    async def run(self) -> None:
        """Poll until *stop* is set. The current batch is finished and acknowledged first."""
        offset: int | None = None
        failures = 0
        while not self.stop.is_set():
            try:
                batch = await self._fetch(offset)
                failures = 0
            except TelegramAPIError as error:
                await self._pause(error, failures)
                failures += 1
                continue
            if await self._handled(batch):
                offset = _after(batch, offset)
            else:
                await sleep_or_stop(_PAUSES_S[1], self.stop)
        await self._confirm(offset)

    async def _fetch(self, offset: int | None) -> list[Any]:
        """The next batch; an empty one as soon as *stop* is set."""
        fetching = asyncio.ensure_future(self.bot(GetRawUpdates(offset=offset), request_timeout=POLL_S + 10))
        stopping = asyncio.ensure_future(self.stop.wait())
        try:
            await asyncio.wait({fetching, stopping}, return_when=asyncio.FIRST_COMPLETED)
            return await fetching if fetching.done() else []
        finally:
            fetching.cancel()
            stopping.cancel()
            await asyncio.gather(fetching, stopping, return_exceptions=True)

    async def _handled(self, batch: list[Any]) -> bool:
        """Whether the whole batch is done. When the storage was unreachable, the batch is fetched again."""
        outcomes = await asyncio.gather(*(self.processor.process_or_skip(raw) for raw in batch), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException) and not isinstance(outcome, RetryUpdate):
                raise outcome
        return not any(outcomes)

    async def _confirm(self, offset: int | None) -> None:
        """Acknowledge the last batch. If this is lost, the batch comes again, which changes nothing."""
        if offset is None:
            return
        try:
            await self.bot(GetRawUpdates(offset=offset, limit=1, timeout=0), request_timeout=2)
        except TelegramAPIError as error:
            log.info("offset_not_confirmed", error=type(error).__name__)

    async def _pause(self, error: TelegramAPIError, failures: int) -> None:
        pause_s = _PAUSES_S[min(failures, len(_PAUSES_S) - 1)]
        if isinstance(error, TelegramRetryAfter):
            pause_s = float(error.retry_after)
        if not isinstance(error, TelegramNetworkError) or failures:
            log.warning("polling_failed", error=type(error).__name__, pause_s=pause_s)
        await sleep_or_stop(pause_s, self.stop)


def _after(batch: list[Any], offset: int | None) -> int | None:
    """The number after the batch's last update. Telegram numbers them in order."""
    numbers = [raw["update_id"] for raw in batch if isinstance(raw, dict) and isinstance(raw.get("update_id"), int)]
    return max(numbers) + 1 if numbers else offset

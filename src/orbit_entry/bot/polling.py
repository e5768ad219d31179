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
    """Long polling that loses no update: the offset moves over what is done.

    When one update of a batch must come again, those after it come again too. They are remembered and not handled
    twice.
    """

    def __init__(self, bot: Bot, processor: UpdateProcessor, stop: asyncio.Event) -> None:
        self.bot = bot
        self.processor = processor
        self.stop = stop
        self.failures = 0
        """So many times in a row Telegram gave no updates, nor that there are none."""
        self._done: set[int] = set()

    async def run(self) -> None:
        """Poll until *stop* is set. The current batch is finished and acknowledged first."""
        offset: int | None = None
        while not self.stop.is_set():
            try:
                batch = await self._fetch(offset)
                self.failures = 0
            except TelegramAPIError as error:
                self.failures += 1
                await self._pause(error, self.failures - 1)
                continue
            all_done = await self._handled(batch)
            offset = self._after_done(batch, offset)
            if not all_done:
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
        """Whether the whole batch is done. What wasn't, because the storage was unreachable, is fetched again."""
        new = [raw for raw in batch if _number(raw) not in self._done]
        outcomes = await asyncio.gather(*(self.processor.process_or_skip(raw) for raw in new), return_exceptions=True)
        for raw, outcome in zip(new, outcomes, strict=True):
            if isinstance(outcome, BaseException) and not isinstance(outcome, RetryUpdate):
                raise outcome
            number = _number(raw)
            if outcome is None and number is not None:
                self._done.add(number)
        return not any(outcomes)

    def _after_done(self, batch: list[Any], offset: int | None) -> int | None:
        """The number of the first update that isn't done, or the one after the batch. Telegram numbers in order."""
        numbers = [number for raw in batch if (number := _number(raw)) is not None]
        if not numbers:
            return offset
        following = min((number for number in numbers if number not in self._done), default=max(numbers) + 1)
        self._done = {number for number in self._done if number > following}
        return following

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


def _number(raw: Any) -> int | None:
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return number if isinstance(number, int) else None

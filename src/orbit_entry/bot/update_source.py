"""Sources of updates: polling, or a webhook that the web process serves."""

import asyncio
from collections.abc import Sequence

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from starlette.routing import Route

from orbit_entry.bot.polling import Polling
from orbit_entry.bot.telegram_bot import publish_commands
from orbit_entry.bot.update_processor import ALLOWED_UPDATES, UpdateProcessor
from orbit_entry.bot.webhook import PATH, webhook_route

_FAILING_FROM = 3

log = structlog.get_logger()


class PollingSource:
    """Fetches updates from Telegram."""

    def __init__(self, bot: Bot, processor: UpdateProcessor) -> None:
        self.bot = bot
        self.routes: Sequence[Route] = ()
        self._stop = asyncio.Event()
        self._polling = Polling(bot, processor, self._stop)
        self._task: asyncio.Task[None] | None = None

    @property
    def is_failing(self) -> bool:
        """Whether Telegram has given no answer several times in a row."""
        return self._polling.failures >= _FAILING_FROM

    async def open(self) -> None:
        """Start polling. A webhook would make Telegram refuse it, so it is removed; no update is dropped."""
        try:
            await self.bot.delete_webhook()
            await publish_commands(self.bot)
        except TelegramAPIError as error:
            log.warning("telegram_not_prepared", error=type(error).__name__)
        self._task = asyncio.create_task(self._polling.run(), name="polling")

    async def close(self, limit_s: float) -> None:
        """Finish the current batch, within *limit_s* seconds."""
        self._stop.set()
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=limit_s)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)


class WebhookSource:
    """Telegram pushes updates; the web process must serve `routes`."""

    def __init__(self, bot: Bot, processor: UpdateProcessor, url: str, secret: str) -> None:
        self.bot = bot
        self.url = url
        self.secret = secret
        self.routes: Sequence[Route] = (webhook_route(processor, secret),)

    @property
    def is_failing(self) -> bool:
        """Whoever is called can't tell silence from a failure."""
        return False

    async def open(self) -> None:
        """Register the webhook. Raises TelegramAPIError."""
        await self.bot.set_webhook(self.url + PATH, secret_token=self.secret, allowed_updates=ALLOWED_UPDATES)
        await publish_commands(self.bot)

    async def close(self, limit_s: float) -> None:
        """Nothing to finish: the web server finishes its own requests."""

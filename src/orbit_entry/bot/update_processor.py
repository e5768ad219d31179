"""Handles updates from polling and from the webhook. An acknowledged update is done."""

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog
from aiogram import Bot, Dispatcher
from aiogram.types import Update
from pydantic import ValidationError

from orbit_domain.storage import StorageBusy, StorageUnavailable
from orbit_entry.bot.per_user_queue import PerUserQueue
from orbit_entry.runtime.retry import retry_on_busy

ALLOWED_UPDATES = ["message", "callback_query", "my_chat_member"]
HANDLING_LIMIT_S = 30

log = structlog.get_logger()


class MalformedUpdate(ValueError):
    """The data isn't an update as the Bot API describes it."""


class RetryUpdate(Exception):
    """The storage is unreachable and nothing was done: the update must come again."""


class UpdateProcessor:
    """Passes each update to the dispatcher, in order for each user, and returns when it has been handled.

    An update that fails is logged with its number and skipped: it doesn't come again. While the storage is
    unreachable nothing is acknowledged. An update that found the storage busy is retried.
    """

    def __init__(self, dispatcher: Dispatcher, bot: Bot, queue: PerUserQueue) -> None:
        self.dispatcher = dispatcher
        self.bot = bot
        self.queue = queue

    async def process(self, raw: Mapping[str, Any]) -> None:
        """Handle one update. Raises MalformedUpdate and RetryUpdate; other errors of a handler are logged."""
        try:
            update = Update.model_validate(raw, context={"bot": self.bot})
        except (ValidationError, RecursionError) as error:
            raise MalformedUpdate from error
        await self.queue.run(_user_of(update), lambda: self._handle(update))

    async def process_or_skip(self, raw: object) -> None:
        """Handle one update of a batch. A malformed one is logged and skipped. Raises RetryUpdate."""
        try:
            if not isinstance(raw, Mapping):
                raise MalformedUpdate
            await self.process(raw)
        except MalformedUpdate:
            log.warning("update_malformed", update_id=raw.get("update_id") if isinstance(raw, Mapping) else None)

    async def _handle(self, update: Update) -> None:
        try:
            async with asyncio.timeout(HANDLING_LIMIT_S):
                await retry_on_busy(lambda: self.dispatcher.feed_update(self.bot, update))
        except (StorageBusy, StorageUnavailable) as error:
            log.warning("storage_unreachable", update_id=update.update_id, error=type(error).__name__)
            raise RetryUpdate from error
        except Exception as error:  # An error in one update must not stop the others.
            log.exception("update_failed", update_id=update.update_id, error=type(error).__name__)


def _user_of(update: Update) -> int:
    """The user of *update*: the sender's id, else the chat's, else the number of the update."""
    event = update.message or update.callback_query or update.my_chat_member
    sender = getattr(event, "from_user", None)
    if sender is not None:
        return int(sender.id)
    chat = getattr(event, "chat", None)
    return int(chat.id) if chat is not None else update.update_id

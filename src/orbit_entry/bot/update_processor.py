"""Updates come in here, whichever way they travelled: acknowledged means done."""

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
    """What came isn't an update as the Bot API describes it."""


class RetryUpdate(Exception):
    """The books can't be reached, so nothing was done: the update must come again."""


class UpdateProcessor:
    """Hands each update to the dispatcher in its user's lane and returns when it has been handled.

    An update that fails is recorded with its number and passed: it is never asked for again. While the
    books can't be reached nothing is acknowledged; who was merely in another's way is tried again.
    """

    def __init__(self, dispatcher: Dispatcher, bot: Bot, queue: PerUserQueue) -> None:
        self.dispatcher = dispatcher
        self.bot = bot
        self.queue = queue

    async def accept(self, raw: Mapping[str, Any]) -> None:
        """Handle one update. Raises MalformedUpdate and RetryUpdate, and nothing else that the update could cause."""
        try:
            update = Update.model_validate(raw, context={"bot": self.bot})
        except (ValidationError, RecursionError) as error:
            raise MalformedUpdate from error
        await self.queue.run(_user_of(update), lambda: self._handle(update))

    async def accept_or_record(self, raw: object) -> None:
        """Handle one update of a batch; a malformed one is recorded and passed. Raises RetryUpdate."""
        try:
            if not isinstance(raw, Mapping):
                raise MalformedUpdate
            await self.accept(raw)
        except MalformedUpdate:
            log.warning("update_malformed", update_id=raw.get("update_id") if isinstance(raw, Mapping) else None)

    async def _handle(self, update: Update) -> None:
        try:
            async with asyncio.timeout(HANDLING_LIMIT_S):
                await retry_on_busy(lambda: self.dispatcher.feed_update(self.bot, update))
        except (StorageBusy, StorageUnavailable) as trouble:
            log.warning("books_out_of_reach", update_id=update.update_id, error=type(trouble).__name__)
            raise RetryUpdate from trouble
        except Exception as error:  # one customer's update must not stop everybody else's
            log.exception("update_failed", update_id=update.update_id, error=type(error).__name__)


def _user_of(update: Update) -> int:
    """Whose update it is: the sender's id, else the chat's, else its own number."""
    event = update.message or update.callback_query or update.my_chat_member
    sender = getattr(event, "from_user", None)
    if sender is not None:
        return int(sender.id)
    chat = getattr(event, "chat", None)
    return int(chat.id) if chat is not None else update.update_id

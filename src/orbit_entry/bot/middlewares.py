"""Middlewares before the handlers: only private chats, and the end of open dialogs."""

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.enums import ChatType
from aiogram.fsm.context import FSMContext
from aiogram.types import TelegramObject, Update

from orbit_domain.ids import TelegramId

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class PrivateChatsOnly(BaseMiddleware):
    """Passes messages and taps of people in private chats on, with `tg_id`, and what Telegram asks before a payment.

    Ignores and counts all other updates.
    """

    def __init__(self) -> None:
        self.ignored: Counter[str] = Counter()

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Pass *event* on with the sender's id, or count the reason why not."""
        reason = why_ignored(event) if isinstance(event, Update) else "not an update"
        if reason is not None:
            self.ignored[reason] += 1
            return None
        data["tg_id"] = TelegramId(data["event_from_user"].id)
        return await handler(event, data)


def why_ignored(update: Update) -> str | None:
    """The reason why no handler gets *update*; None when one does."""
    request = update.message or update.callback_query
    if update.pre_checkout_query is not None:
        return None  # It has no chat: an invoice may be paid wherever its link is.
    if request is None:
        return "kind"
    message = update.message or (update.callback_query.message if update.callback_query else None)
    if request.from_user is None or message is None:
        return "no sender or chat"
    if request.from_user.is_bot:
        return "bot"
    if message.chat.type != ChatType.PRIVATE:
        return "not private"
    return None


class EndDialog(BaseMiddleware):
    """Any other action of the user ends the dialog that waits for a text."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """End the dialog, then pass *event* on."""
        state: FSMContext = data["state"]
        await state.clear()
        return await handler(event, data)

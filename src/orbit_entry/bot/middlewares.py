"""What stands before every handler: who may come in, and which unfinished dialogs are forgotten."""

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.enums import ChatType
from aiogram.fsm.context import FSMContext
from aiogram.types import TelegramObject, Update

from orbit_domain.ids import TelegramId

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class PrivateOnly(BaseMiddleware):
    """Lets in what a person wrote or tapped in a private chat, as `tg_id`; the rest is ignored quietly and counted."""

    def __init__(self) -> None:
        self.ignored: Counter[str] = Counter()

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Pass *event* on with the sender's id, or count why not."""
        reason = why_ignored(event) if isinstance(event, Update) else "not an update"
        if reason is not None:
            self.ignored[reason] += 1
            return None
        data["tg_id"] = TelegramId(data["event_from_user"].id)
        return await handler(event, data)


def why_ignored(update: Update) -> str | None:
    """Why *update* isn't for a handler; None when it is."""
    asked = update.message or update.callback_query
    if asked is None:
        return "kind"
    message = update.message or (update.callback_query.message if update.callback_query else None)
    if asked.from_user is None or message is None:
        return "no sender or chat"
    if asked.from_user.is_bot:
        return "bot"
    if message.chat.type != ChatType.PRIVATE:
        return "not private"
    return None


class ForgetDialog(BaseMiddleware):
    """Whoever does something else doesn't want to type a sum any more."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """End the dialog, then go on."""
        state: FSMContext = data["state"]
        await state.clear()
        return await handler(event, data)

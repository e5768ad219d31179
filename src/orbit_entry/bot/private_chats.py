"""Whether something happened in a private chat."""

from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, TelegramObject


def is_private(event: TelegramObject) -> bool:
    """Whether it happened in a private chat, or in none."""
    message = event.message if isinstance(event, CallbackQuery) else event
    chat = getattr(message, "chat", None)
    return chat is None or chat.type == ChatType.PRIVATE

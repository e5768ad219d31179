"""The calls of the Bot API that show a screen. Keyboards come as JSON text, and of the answer only the id is read.

aiogram's own classes of these calls make a model of every button, and parse the whole message that comes back.
"""

from typing import Any

from aiogram.enums import ParseMode
from aiogram.methods import TelegramMethod
from pydantic import BaseModel

_NO_PREVIEW = '{"is_disabled":true}'


class ShownMessage(BaseModel):
    """What is read of a message that was sent or edited."""

    message_id: int


class ShowCall(TelegramMethod[ShownMessage]):
    """A call that sends or edits one message of a chat. `reply_markup` is an inline keyboard as JSON."""

    __returning__ = ShownMessage

    chat_id: int
    reply_markup: str | None = None


class SendText(ShowCall):
    """sendMessage, with HTML and without a preview of links."""

    __api_method__ = "sendMessage"

    text: str
    message_thread_id: int | None = None
    disable_notification: bool | None = None
    parse_mode: str = ParseMode.HTML.value
    link_preview_options: str = _NO_PREVIEW


class SendPicture(ShowCall):
    """sendPhoto, with HTML below it. `photo` is a file, or Telegram's name of one."""

    __api_method__ = "sendPhoto"

    photo: Any
    caption: str
    message_thread_id: int | None = None
    disable_notification: bool | None = None
    parse_mode: str = ParseMode.HTML.value


class EditText(ShowCall):
    """editMessageText, with HTML and without a preview of links."""

    __api_method__ = "editMessageText"

    message_id: int
    text: str
    parse_mode: str = ParseMode.HTML.value
    link_preview_options: str = _NO_PREVIEW


class EditPicture(ShowCall):
    """editMessageMedia. `media` is an InputMediaPhoto as a mapping, its file included."""

    __api_method__ = "editMessageMedia"

    message_id: int
    media: dict[str, Any]


class EditKeyboard(ShowCall):
    """editMessageReplyMarkup; without a keyboard it takes the one away."""

    __api_method__ = "editMessageReplyMarkup"

    message_id: int

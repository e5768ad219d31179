"""The calls of the Bot API that show a screen. Keyboards come as JSON text, and of the answer only the id is read.

aiogram's own classes of these calls make a model of every button, and parse the whole message that comes back.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

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

    def values(self) -> Mapping[str, Any]:
        """What the call says, by name. There are no models in it that would have to be written."""
        return vars(self)


_Call = TypeVar("_Call", bound=type[ShowCall])


def _without_bot(call: ShowCall, _context: object) -> None:
    object.__setattr__(call, "__pydantic_private__", {"_bot": None})


def _quickly_made(call: _Call) -> _Call:
    """pydantic asks each of the five classes for the private field of aiogram: half of the time that a call takes."""
    setattr(call, "model_post_init", _without_bot)  # noqa: B010 - pydantic's own has another type
    return call


@_quickly_made
class SendText(ShowCall):
    """sendMessage, with HTML and without a preview of links."""

    __api_method__ = "sendMessage"

    text: str
    message_thread_id: int | None = None
    disable_notification: bool | None = None
    parse_mode: str = ParseMode.HTML.value
    link_preview_options: str = _NO_PREVIEW


@_quickly_made
class SendPicture(ShowCall):
    """sendPhoto, with HTML below it. `photo` is a file, or Telegram's name of one."""

    __api_method__ = "sendPhoto"

    photo: Any
    caption: str
    message_thread_id: int | None = None
    disable_notification: bool | None = None
    parse_mode: str = ParseMode.HTML.value


@_quickly_made
class EditText(ShowCall):
    """editMessageText, with HTML and without a preview of links."""

    __api_method__ = "editMessageText"

    message_id: int
    text: str
    parse_mode: str = ParseMode.HTML.value
    link_preview_options: str = _NO_PREVIEW


@_quickly_made
class EditPicture(ShowCall):
    """editMessageMedia. `media` is an InputMediaPhoto as a mapping, its file included."""

    __api_method__ = "editMessageMedia"

    message_id: int
    media: dict[str, Any]


@_quickly_made
class EditKeyboard(ShowCall):
    """editMessageReplyMarkup; without a keyboard it takes the one away."""

    __api_method__ = "editMessageReplyMarkup"

    message_id: int

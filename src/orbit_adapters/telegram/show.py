"""Show a screen in a chat. A tapped message is edited in place where Telegram allows it."""

import structlog
from aiogram import Bot
from aiogram.enums import ParseMode
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest
from aiogram.types import (
    BufferedInputFile,
    CallbackQuery,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    LinkPreviewOptions,
    Message,
)

from orbit_adapters.telegram.screen import Button, CopyButton, LinkButton, Screen, TapButton

_NOT_MODIFIED = "message is not modified"
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

log = structlog.get_logger()


async def show(request: Message | CallbackQuery, screen: Screen) -> None:
    """Answer a message by a new one, or a tap by an edit of the tapped message. A tap is answered exactly once."""
    bot = _bot(request)
    if isinstance(request, Message):
        await send(bot, request.chat.id, screen)
        return
    await _change(bot, request, screen)
    await answer(request, screen.toast)


async def send(bot: Bot, chat_id: int, screen: Screen) -> None:
    """Send *screen* as a new message. Raises TelegramAPIError."""
    markup = keyboard_markup(screen)
    if screen.photo is not None:
        await bot.send_photo(
            chat_id, _file(screen.photo), caption=screen.text, parse_mode=ParseMode.HTML, reply_markup=markup
        )
        return
    await bot.send_message(
        chat_id, screen.text, parse_mode=ParseMode.HTML, link_preview_options=_NO_PREVIEW, reply_markup=markup
    )


async def answer(tap: CallbackQuery, toast: str | None = None) -> None:
    """Stop the button's spinner, perhaps with a toast. A tap that is too old for an answer is only logged."""
    try:
        await _bot(tap).answer_callback_query(tap.id, text=toast)
    except TelegramAPIError as error:
        log.info("tap_not_answered", error=type(error).__name__)


def keyboard_markup(screen: Screen) -> InlineKeyboardMarkup | None:
    """The buttons of *screen* as aiogram sends them."""
    if not screen.rows:
        return None
    return InlineKeyboardMarkup(inline_keyboard=[[_button(button) for button in row] for row in screen.rows])


def _button(button: Button) -> InlineKeyboardButton:
    match button:
        case TapButton():
            return InlineKeyboardButton(text=button.text, callback_data=button.tap.pack())
        case LinkButton():
            return InlineKeyboardButton(text=button.text, url=button.url)
        case CopyButton():
            return InlineKeyboardButton(text=button.text, copy_text=CopyTextButton(text=button.copied))


async def _change(bot: Bot, tap: CallbackQuery, screen: Screen) -> None:
    message = tap.message
    if not isinstance(message, Message):
        await send(bot, message.chat.id if message is not None else tap.from_user.id, screen)
        return
    if screen.photo is None and message.text is None:
        # A picture can't become text. The new message is sent first, so a failure leaves the old one in place.
        await send(bot, message.chat.id, screen)
        await _remove(bot, message)
        return
    try:
        await _edit(bot, message, screen)
    except TelegramBadRequest as error:
        if _NOT_MODIFIED not in error.message:
            # The message is too old, deleted or not editable: the screen is sent as a new message.
            await send(bot, message.chat.id, screen)


async def _edit(bot: Bot, message: Message, screen: Screen) -> None:
    chat_id, message_id, markup = message.chat.id, message.message_id, keyboard_markup(screen)
    if screen.photo is None:
        await bot.edit_message_text(
            screen.text,
            chat_id=chat_id,
            message_id=message_id,
            parse_mode=ParseMode.HTML,
            link_preview_options=_NO_PREVIEW,
            reply_markup=markup,
        )
        return
    media = InputMediaPhoto(media=_file(screen.photo), caption=screen.text, parse_mode=ParseMode.HTML)
    await bot.edit_message_media(media, chat_id=chat_id, message_id=message_id, reply_markup=markup)


async def _remove(bot: Bot, message: Message) -> None:
    try:
        await bot.delete_message(message.chat.id, message.message_id)
    except TelegramBadRequest as error:
        log.info("message_not_removed", error=error.message)


def _file(photo: bytes) -> BufferedInputFile:
    return BufferedInputFile(photo, filename="qr.png")


def _bot(request: Message | CallbackQuery) -> Bot:
    if request.bot is None:
        raise RuntimeError("an update must be fed to the dispatcher together with its bot")
    return request.bot

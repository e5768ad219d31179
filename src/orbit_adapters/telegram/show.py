"""Show a screen in a chat. A tapped message is edited in place, unless it is kept or Telegram doesn't allow it."""

from functools import lru_cache
from typing import Any

import structlog
from aiogram import Bot
from aiogram.enums import ParseMode
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest
from aiogram.types import BufferedInputFile, CallbackQuery, Message
from pydantic_core import to_json

from orbit_adapters.telegram.callback_data import KEPT_MARK
from orbit_adapters.telegram.calls import EditPicture, EditText, SendPicture, SendText, ShownMessage
from orbit_adapters.telegram.live_menus import LIVE_MENUS
from orbit_adapters.telegram.screen import Button, CopyButton, LinkButton, Row, Screen, TapButton
from orbit_adapters.telegram.webhook_reply import WEBHOOK_REPLY

_NOT_MODIFIED = "message is not modified"

log = structlog.get_logger()


async def show(request: Message | CallbackQuery, screen: Screen) -> None:
    """Answer a message by a new one, or a tap by an edit of the tapped message. A tap is answered exactly once."""
    if isinstance(request, Message):
        await edit_or_send(request, screen, None)
        return
    await edit_or_send(request, screen, None if is_kept(request) else tapped_message(request))
    await answer(request, screen.toast)


async def send(
    bot: Bot, chat_id: int, screen: Screen, thread_id: int | None = None, *, silent: bool = False
) -> ShownMessage:
    """Send *screen* as a new message, perhaps into a topic; a *silent* one makes no sound. Raises TelegramAPIError."""
    markup, quiet = keyboard_json(screen), silent or None
    if screen.photo is None:
        return await bot(
            SendText(
                chat_id=chat_id,
                text=screen.text,
                message_thread_id=thread_id,
                disable_notification=quiet,
                reply_markup=markup,
            )
        )
    return await bot(
        SendPicture(
            chat_id=chat_id,
            photo=_file(screen.photo),
            caption=screen.text,
            message_thread_id=thread_id,
            disable_notification=quiet,
            reply_markup=markup,
        )
    )


async def edit(bot: Bot, chat_id: int, message_id: int, screen: Screen) -> None:
    """Make the message show *screen*; it may show it already. Raises TelegramAPIError."""
    try:
        await _edit(bot, chat_id, message_id, screen)
    except TelegramBadRequest as error:
        if _NOT_MODIFIED not in error.message:
            raise


async def edit_or_send(request: Message | CallbackQuery, screen: Screen, message: Message | None) -> int:
    """Show *screen* in *message*, or in a new one when there is none or it can't be edited. Returns the message's id.

    A picture can't become text: it stays in the chat.
    """
    bot, old = bot_of(request), message
    if old is not None and (screen.photo is not None or old.text is not None):
        try:
            await edit(bot, old.chat.id, old.message_id, screen)
        except TelegramBadRequest as error:
            log.info("message_not_edited", error=error.message)
        else:
            await _remember(bot, old.chat.id, old.message_id, screen)
            return old.message_id
    chat_id = chat_of(request)
    sent = await send(bot, chat_id, screen)
    await _remember(bot, chat_id, sent.message_id, screen, is_new=True)
    return sent.message_id


async def _remember(bot: Bot, chat_id: int, message_id: int, screen: Screen, *, is_new: bool = False) -> None:
    """A new menu is the only one from now on. What became an invoice, or the picture of a key, keeps its buttons."""
    menus = LIVE_MENUS.get()
    if menus is None:
        return
    if screen.kept or screen.photo is not None:
        await menus.keep(bot, chat_id, message_id)
    elif is_new and screen.rows:
        await menus.open(bot, chat_id, message_id)


def is_kept(tap: CallbackQuery) -> bool:
    """Whether the tapped message must never become another screen."""
    return (tap.data or "").endswith(KEPT_MARK)


def tapped_message(request: Message | CallbackQuery) -> Message | None:
    """The message whose button was tapped, unless it is too old to be edited."""
    message = request.message if isinstance(request, CallbackQuery) else None
    return message if isinstance(message, Message) else None


def chat_of(request: Message | CallbackQuery) -> int:
    """Where the user reads the answer."""
    if isinstance(request, Message):
        return request.chat.id
    return request.message.chat.id if request.message is not None else request.from_user.id


async def answer(tap: CallbackQuery, toast: str | None = None) -> None:
    """Stop the button's spinner, perhaps with a toast. A tap that is too old for an answer is only logged.

    Without a toast the answer to the webhook does it, if there is one: so this is the last thing that a handler does.
    """
    reply = WEBHOOK_REPLY.get()
    if toast is None and reply is not None and reply.stop_spinner(tap.id):
        return
    try:
        await bot_of(tap).answer_callback_query(tap.id, text=toast)
    except TelegramAPIError as error:
        log.info("tap_not_answered", error=type(error).__name__)


def keyboard_json(screen: Screen) -> str | None:
    """The buttons of *screen* as Telegram reads them. None: it has none."""
    if not screen.rows:
        return None
    # Links and what is copied are secrets of one customer: they aren't kept.
    is_kept = all(type(button) is TapButton for row in screen.rows for button in row)
    return (_known_keyboard if is_kept else _keyboard)(screen.rows, KEPT_MARK if screen.kept else "")


def _keyboard(rows: tuple[Row, ...], mark: str) -> str:
    return to_json({"inline_keyboard": [[_button(button, mark) for button in row] for row in rows]}).decode()


_known_keyboard = lru_cache(maxsize=512)(_keyboard)
"""Most screens have buttons that many customers have, too: they are written once."""


def _button(button: Button, mark: str) -> dict[str, Any]:
    match button:
        case TapButton():
            return {"text": button.text, "callback_data": f"{button.tap.pack()}{mark}"}
        case LinkButton():
            return {"text": button.text, "url": button.url}
        case CopyButton():
            return {"text": button.text, "copy_text": {"text": button.copied}}


async def _edit(bot: Bot, chat_id: int, message_id: int, screen: Screen) -> None:
    markup = keyboard_json(screen)
    if screen.photo is None:
        await bot(EditText(chat_id=chat_id, message_id=message_id, text=screen.text, reply_markup=markup))
        return
    media = {"type": "photo", "media": _file(screen.photo), "caption": screen.text, "parse_mode": ParseMode.HTML.value}
    await bot(EditPicture(chat_id=chat_id, message_id=message_id, media=media, reply_markup=markup))


def _file(photo: bytes | str) -> BufferedInputFile | str:
    return photo if isinstance(photo, str) else BufferedInputFile(photo, filename="qr.png")


def bot_of(request: Message | CallbackQuery) -> Bot:
    """The bot that got *request*."""
    bot = request.bot
    if bot is None:
        raise RuntimeError("an update must be fed to the dispatcher together with its bot")
    return bot

"""Middlewares before the handlers: private chats and the staff in groups, and the end of open dialogs."""

from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from aiogram import BaseMiddleware, Bot
from aiogram.enums import ChatType, ContentType
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message, TelegramObject, Update
from dishka import AsyncContainer
from dishka.integrations.aiogram import CONTAINER_NAME

from orbit_adapters.telegram.account_callbacks import StartAgain
from orbit_adapters.telegram.callbacks import WriteToOwner
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.live_menus import LIVE_MENUS, LiveMenus
from orbit_adapters.telegram.screens.account import deleted_screen
from orbit_adapters.telegram.show import show
from orbit_adapters.telegram.staff_refusals import banned_screen
from orbit_domain.ids import TelegramId
from orbit_domain.use_cases.get_cached_customer import GetCachedCustomer
from orbit_domain.use_cases.read_shop_settings import ReadShopSettings
from orbit_domain.user.user import NoSuchUser, language_for
from orbit_entry.bot.group_updates import is_of_staff
from orbit_entry.bot.handlers.questions import Question
from orbit_entry.bot.private_chats import is_private

SENT_BY_PEOPLE = frozenset({
    ContentType.TEXT, ContentType.STICKER, ContentType.PHOTO, ContentType.VIDEO, ContentType.VOICE, ContentType.AUDIO,
    ContentType.VIDEO_NOTE, ContentType.ANIMATION, ContentType.DOCUMENT, ContentType.CONTACT, ContentType.LOCATION,
    ContentType.VENUE, ContentType.POLL, ContentType.DICE, ContentType.STORY, ContentType.INVOICE, ContentType.GAME,
    ContentType.PAID_MEDIA, ContentType.CHECKLIST, ContentType.GIVEAWAY, ContentType.LIVE_PHOTO,
})  # fmt: skip
"""What people send or forward, as against Telegram's own lines about a chat, which need no answer."""

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class PrivateChatsOnly(BaseMiddleware):
    """Passes messages and taps of people in private chats on, with `tg_id`, and what Telegram asks before a payment.

    So are a chat that its user has stopped, and one that was taken up again. Of groups only what the staff does there
    is passed on. Ignores and counts all other updates.
    """

    def __init__(self) -> None:
        self.ignored: Counter[str] = Counter()

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Pass *event* on with the sender's id, or count the reason why not."""
        bot: Bot = data["bot"]
        reason = why_ignored(event, bot.id) if isinstance(event, Update) else "not an update"
        if reason is not None:
            self.ignored[reason] += 1
            return None
        data["tg_id"] = TelegramId(data["event_from_user"].id)
        return await handler(event, data)


def why_ignored(update: Update, bot_id: int) -> str | None:
    """The reason why no handler gets *update*; None when one does."""
    request = update.message or update.callback_query or update.my_chat_member
    if update.pre_checkout_query is not None:
        return None  # It has no chat: an invoice may be paid wherever its link is.
    if request is None:
        return "kind"
    in_chat = request.message if isinstance(request, CallbackQuery) else request
    if request.from_user is None or in_chat is None:
        return "no sender or chat"
    if request.from_user.is_bot:
        return "bot"
    if in_chat.chat.type != ChatType.PRIVATE and not is_of_staff(request, bot_id):
        return "not private"
    if update.message is not None and update.message.content_type not in SENT_BY_PEOPLE:
        return "not sent by a person"
    return None


class EndDialog(BaseMiddleware):
    """A command ends the dialog that waits for a text, as most buttons do (`Taps`)."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """End the dialog if one is open, then pass *event* on."""
        if data["raw_state"] is not None:
            state: FSMContext = data["state"]
            await state.clear()
        return await handler(event, data)


class OneLiveMenu(BaseMiddleware):
    """Lets every screen that is sent close the menu above it, also the screens of errors."""

    def __init__(self, menus: LiveMenus) -> None:
        self.menus = menus

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Pass *event* on; whatever is shown for it in a private chat knows the menus."""
        if is_private(event):
            LIVE_MENUS.set(self.menus)
        return await handler(event, data)


class TurnBannedAway(BaseMiddleware):
    """Answers a banned customer with one screen, whatever they send, but for a message to the owner.

    Whoever has deleted the account gets another one, with a button to start again: no other tap brings it back.
    The customer's row comes from the cache that every screen reads. Somebody unknown is passed on, and so is /start,
    which reads the row itself.
    In a group the role decides, and nobody is turned away aloud.
    """

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Pass *event* on, or answer it."""
        if not is_private(event) or (isinstance(event, Message) and (event.text or "").lower().startswith("/start")):
            return await handler(event, data)
        container: AsyncContainer = data[CONTAINER_NAME]
        get_cached_customer = await container.get(GetCachedCustomer)
        with suppress(NoSuchUser):
            user = (await get_cached_customer(data["tg_id"])).user
            if user.banned_at is not None:
                support = (await (await container.get(ReadShopSettings))()).support
                if support or not self._writes(event, data):
                    if isinstance(event, Message | CallbackQuery):
                        await show(event, banned_screen(support, Translator(user.language)))
                    return None
            elif user.deleted_at is not None and not _starts_again(event):
                if isinstance(event, Message | CallbackQuery):
                    language = language_for(data["event_from_user"].language_code)
                    await show(event, deleted_screen(Translator(language)))
                return None
        return await handler(event, data)

    def _writes(self, event: TelegramObject, data: dict[str, Any]) -> bool:
        """Whether the customer writes to the owner, which is possible where no support account answers."""
        if isinstance(event, CallbackQuery):
            return WriteToOwner.unpack(event.data or "") is not None
        return data.get("raw_state") == Question.asked.state


def _starts_again(event: TelegramObject) -> bool:
    return isinstance(event, CallbackQuery) and StartAgain.unpack(event.data or "") is not None

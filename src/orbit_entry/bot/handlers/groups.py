"""The staff in groups: `/here`, its switches, and replies to customers. Whoever else writes there gets no answer."""

from contextlib import suppress

from aiogram import Bot, F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message, User
from dishka import FromDishka

from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.sanitize import sanitize
from orbit_adapters.telegram.screens.shop_chats import here_screen
from orbit_adapters.telegram.show import answer, edit, send, tapped_message
from orbit_adapters.telegram.support_callbacks import ChooseHere
from orbit_domain.errors import Refusal
from orbit_domain.ids import TelegramId
from orbit_domain.shop_chat.shop_chat import Place
from orbit_domain.steps.require_permission import NotPermitted
from orbit_domain.use_cases.answer_customer import AnswerInChat
from orbit_domain.use_cases.ask_owner import NotAQuestion
from orbit_domain.use_cases.choose_shop_chat import ChooseShopChat, ShowShopChats
from orbit_domain.user.user import NoSuchUser, language_for

_TITLE_CHARS = 100


def routes() -> Router:
    """Everything outside private chats ends in this router, which is the first one."""
    router = Router(name="groups")
    router.message.filter(F.chat.type != ChatType.PRIVATE)
    router.callback_query.filter(F.message.chat.type != ChatType.PRIVATE)
    router.message.register(here, Command("here", ignore_case=True))
    router.message.register(reply, F.reply_to_message)
    router.message.register(ignore)
    router.callback_query.register(choose, Tapped(ChooseHere))
    router.callback_query.register(ignore)
    return router


async def ignore(_: Message | CallbackQuery) -> None:
    """Silence."""


async def here(message: Message, tg_id: TelegramId, bot: Bot, show_shop_chats: FromDishka[ShowShopChats]) -> None:
    """Ask the owner what this chat or topic is to take. Nobody else learns that there is such a command."""
    with suppress(Refusal):
        view = await show_shop_chats(tg_id)
        place = _place(message)
        await send(bot, place.chat_id, here_screen(view, place), place.thread_id)


async def choose(
    tap: CallbackQuery, callback_data: ChooseHere, tg_id: TelegramId, bot: Bot, choose_chat: FromDishka[ChooseShopChat]
) -> None:
    """Switch one purpose."""
    message = tapped_message(tap)
    if message is not None:
        with suppress(Refusal):
            place = _place(message)
            view = await choose_chat(tg_id, callback_data.purpose, place)
            await edit(bot, place.chat_id, message.message_id, here_screen(view, place))
    await answer(tap)


async def reply(
    message: Message, tg_id: TelegramId, event_from_user: User, answer_in_chat: FromDishka[AnswerInChat]
) -> None:
    """Pass a reply on to the customer, and say so, or say why not."""
    replied_to = message.reply_to_message
    if replied_to is None:
        return
    translate = Translator(language_for(event_from_user.language_code))
    try:
        admin = await answer_in_chat(tg_id, message.chat.id, replied_to.message_id, message.text or "")
    except (NotPermitted, NoSuchUser):
        await message.reply(translate("chat-answer-not-permitted"))
    except NotAQuestion as refusal:
        await message.reply(translate("chat-answer-not-text", maximum=refusal.maximum))
    else:
        if admin is not None:
            await message.reply(Translator(admin.language)("chat-answer-sent"))


def _place(message: Message) -> Place:
    """Where *message* is. The general topic of a forum has no number."""
    chat = message.chat
    thread_id = message.message_thread_id if message.is_topic_message else None
    return Place(chat.id, thread_id, sanitize(chat.title or "", _TITLE_CHARS), bool(chat.is_forum))

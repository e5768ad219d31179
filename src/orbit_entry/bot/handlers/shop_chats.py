"""The owner chooses in the private chat what comes there, and which events are told."""

from aiogram import Router
from aiogram.types import CallbackQuery, User
from dishka import FromDishka

from orbit_adapters.telegram import support_callbacks
from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.screens.shop_chats import shop_chats_screen
from orbit_adapters.telegram.show import show
from orbit_adapters.telegram.support_callbacks import ChooseHere, SeeShopChats
from orbit_domain.ids import TelegramId
from orbit_domain.shop_chat.shop_chat import Place
from orbit_domain.use_cases.choose_shop_chat import ChooseShopChat, MuteEvent, ShowShopChats


def routes() -> Router:
    """The routes of these buttons."""
    router = Router(name="shop_chats")
    router.callback_query.register(shop_chats, Tapped(SeeShopChats))
    router.callback_query.register(choose, Tapped(ChooseHere))
    router.callback_query.register(mute, Tapped(support_callbacks.MuteEvent))
    return router


async def shop_chats(tap: CallbackQuery, tg_id: TelegramId, show_shop_chats: FromDishka[ShowShopChats]) -> None:
    """Show which chat is for what."""
    await show(tap, shop_chats_screen(await show_shop_chats(tg_id)))


async def choose(
    tap: CallbackQuery,
    callback_data: ChooseHere,
    tg_id: TelegramId,
    event_from_user: User,
    choose_chat: FromDishka[ChooseShopChat],
) -> None:
    """Let it come to this private chat, or no more."""
    place = Place(tg_id, None, event_from_user.username or str(tg_id))
    await show(tap, shop_chats_screen(await choose_chat(tg_id, callback_data.purpose, place)))


async def mute(
    tap: CallbackQuery,
    callback_data: support_callbacks.MuteEvent,
    tg_id: TelegramId,
    mute_event: FromDishka[MuteEvent],
) -> None:
    """Tell a kind of event no more, or again."""
    await show(tap, shop_chats_screen(await mute_event(tg_id, callback_data.event)))

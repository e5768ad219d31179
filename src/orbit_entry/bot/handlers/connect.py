"""The keys and how to connect with them."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message
from dishka import FromDishka

from orbit_adapters.telegram.callbacks import ReplaceLink, SeeConnect, SeeKey, SeeNewLink, SeePlatform
from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.screens.connect import connect_screen, new_link_screen, platform_screen
from orbit_adapters.telegram.show import show
from orbit_domain.ids import TelegramId
from orbit_domain.use_cases.reissue_link import ReissueLink
from orbit_domain.use_cases.show_keys import ShowKeys


def routes() -> Router:
    """The routes to keys and devices."""
    router = Router(name="connect")
    router.message.register(connect, Command("connect", ignore_case=True))
    router.callback_query.register(connect, Tapped(SeeConnect))
    router.callback_query.register(one_key, Tapped(SeeKey))
    router.callback_query.register(platform, Tapped(SeePlatform))
    router.callback_query.register(new_link, Tapped(SeeNewLink))
    router.callback_query.register(replace_link, Tapped(ReplaceLink))
    return router


async def connect(event: Message | CallbackQuery, tg_id: TelegramId, show_keys: FromDishka[ShowKeys]) -> None:
    """Show the first key."""
    await show(event, connect_screen(await show_keys(tg_id)))


async def one_key(
    tap: CallbackQuery, callback_data: SeeKey, tg_id: TelegramId, show_keys: FromDishka[ShowKeys]
) -> None:
    """Show the chosen key."""
    await show(tap, connect_screen(await show_keys(tg_id), callback_data.key))


async def platform(
    tap: CallbackQuery, callback_data: SeePlatform, tg_id: TelegramId, show_keys: FromDishka[ShowKeys]
) -> None:
    """Show the steps for one kind of device."""
    await show(tap, platform_screen(await show_keys(tg_id), callback_data.key, callback_data.platform))


async def new_link(tap: CallbackQuery, tg_id: TelegramId, show_keys: FromDishka[ShowKeys]) -> None:
    """Ask before the link is replaced."""
    await show(tap, new_link_screen(await show_keys(tg_id)))


async def replace_link(
    tap: CallbackQuery,
    callback_data: ReplaceLink,
    tg_id: TelegramId,
    reissue_link: FromDishka[ReissueLink],
    show_keys: FromDishka[ShowKeys],
) -> None:
    """Replace the link, and show the new one."""
    await reissue_link(tg_id, callback_data.stamp)
    await show(tap, connect_screen(await show_keys(tg_id)))

"""The keys and how to connect with them."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message
from dishka import FromDishka

from orbit_adapters.telegram.callbacks import SeeConnect, SeeKey, SeeKeys, SeePlatform
from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.screens.connect import connect_screen, platform_screen
from orbit_adapters.telegram.screens.keys import keys_screen
from orbit_adapters.telegram.show import show
from orbit_domain.ids import TelegramId
from orbit_domain.use_cases.show_keys import ShowKeys


def routes() -> Router:
    """The routes to keys and devices."""
    router = Router(name="connect")
    router.message.register(connect, Command("connect", ignore_case=True))
    router.callback_query.register(connect, Tapped(SeeConnect))
    router.callback_query.register(one_key, Tapped(SeeKey))
    router.callback_query.register(platform, Tapped(SeePlatform))
    router.callback_query.register(keys, Tapped(SeeKeys))
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


async def keys(tap: CallbackQuery, tg_id: TelegramId, show_keys: FromDishka[ShowKeys]) -> None:
    """Show all keys."""
    await show(tap, keys_screen(await show_keys(tg_id)))

"""The settings: the language, and the way to what renews by itself."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message
from dishka import FromDishka

from orbit_adapters.telegram.callbacks import ChooseLanguage, SeeSettings
from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.screens.settings import language_changed_screen, settings_screen
from orbit_adapters.telegram.show import show
from orbit_domain.ids import TelegramId
from orbit_domain.use_cases.read_shop_settings import ReadShopSettings
from orbit_domain.use_cases.set_language import SetLanguage
from orbit_domain.use_cases.show_home import ShowHome


def routes() -> Router:
    """The routes to the language."""
    router = Router(name="settings")
    router.message.register(settings, Command("language", ignore_case=True))
    router.callback_query.register(settings, Tapped(SeeSettings))
    router.callback_query.register(choose, Tapped(ChooseLanguage))
    return router


async def settings(event: Message | CallbackQuery, tg_id: TelegramId, show_home: FromDishka[ShowHome]) -> None:
    """Show the languages."""
    home = await show_home(tg_id)
    await show(event, settings_screen(home.user.language, home.terms))


async def choose(
    tap: CallbackQuery,
    callback_data: ChooseLanguage,
    tg_id: TelegramId,
    set_language: FromDishka[SetLanguage],
    read_shop_settings: FromDishka[ReadShopSettings],
) -> None:
    """Change the language."""
    await set_language(tg_id, callback_data.language)
    await show(tap, language_changed_screen(callback_data.language, (await read_shop_settings()).terms))

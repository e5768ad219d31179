"""Old data, and the clean-up of it."""

from aiogram import Router
from aiogram.types import CallbackQuery
from dishka import FromDishka

from orbit_adapters.telegram import setting_callbacks
from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.screens.clean_up import clean_up_screen
from orbit_adapters.telegram.setting_callbacks import SeeCleanUp
from orbit_adapters.telegram.show import show
from orbit_domain.ids import TelegramId
from orbit_domain.use_cases.clean_up_when_asked import ShowCleanUp, StartCleanUp


def routes() -> Router:
    """The routes of these buttons."""
    router = Router(name="clean_up")
    router.callback_query.register(clean_up, Tapped(SeeCleanUp))
    router.callback_query.register(start_clean_up, Tapped(setting_callbacks.StartCleanUp))
    return router


async def clean_up(tap: CallbackQuery, tg_id: TelegramId, show_clean_up: FromDishka[ShowCleanUp]) -> None:
    """Show what would be forgotten."""
    await show(tap, clean_up_screen(await show_clean_up(tg_id)))


async def start_clean_up(
    tap: CallbackQuery,
    tg_id: TelegramId,
    start_clean_up: FromDishka[StartCleanUp],
    show_clean_up: FromDishka[ShowCleanUp],
) -> None:
    """Let the worker forget it, and show that it does."""
    await start_clean_up(tg_id)
    await show(tap, clean_up_screen(await show_clean_up(tg_id)))

"""Home, and the fallback for updates that no other handler takes."""

from aiogram import Router
from aiogram.types import CallbackQuery, Message
from dishka import FromDishka

from orbit_adapters.telegram.callbacks import SeeHome
from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.screens.home import hint_screen, home_screen, outdated_screen
from orbit_adapters.telegram.show import show
from orbit_domain.ids import TelegramId
from orbit_domain.use_cases.show_home import ShowHome


def routes() -> Router:
    """The route of the home button."""
    router = Router(name="home")
    router.callback_query.register(home, Tapped(SeeHome))
    return router


def fallback_routes() -> Router:
    """Routes for updates that no other handler takes. This router comes last."""
    router = Router(name="fallback")
    router.callback_query.register(outdated_button)
    router.message.register(unknown_message)
    return router


async def home(tap: CallbackQuery, tg_id: TelegramId, show_home: FromDishka[ShowHome]) -> None:
    """Show home."""
    await show(tap, home_screen(await show_home(tg_id)))


async def outdated_button(tap: CallbackQuery, tg_id: TelegramId, show_home: FromDishka[ShowHome]) -> None:
    """A button with outdated or unknown data."""
    await show(tap, outdated_screen(await show_home(tg_id)))


async def unknown_message(message: Message, tg_id: TelegramId, show_home: FromDishka[ShowHome]) -> None:
    """A message that the bot doesn't understand: home with a hint."""
    await show(message, hint_screen(await show_home(tg_id)))

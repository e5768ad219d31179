"""How the shop is, for the owner and the admins."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message
from dishka import FromDishka

from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.screens.health import health_screen
from orbit_adapters.telegram.screens.home import home_screen
from orbit_adapters.telegram.show import show
from orbit_adapters.telegram.staff_callbacks import SeeHealth
from orbit_domain.ids import TelegramId
from orbit_domain.use_cases.show_health import ShowHealth
from orbit_domain.use_cases.show_home import ShowHome


def routes() -> Router:
    """The routes of the button and of the command, which isn't in the list that Telegram shows."""
    router = Router(name="health")
    router.message.register(health, Command("health", ignore_case=True))
    router.callback_query.register(health, Tapped(SeeHealth))
    return router


async def health(
    event: Message | CallbackQuery,
    tg_id: TelegramId,
    show_health: FromDishka[ShowHealth],
    show_home: FromDishka[ShowHome],
) -> None:
    """Show how each part is now. Other users see home, as if there were no such command."""
    view = await show_health(tg_id)
    await show(event, health_screen(view) if view else home_screen(await show_home(tg_id)))

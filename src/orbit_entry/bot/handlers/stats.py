"""Statistics, for the owner and the admins."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message
from dishka import FromDishka

from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.screens.home import home_screen
from orbit_adapters.telegram.screens.stats import stats_screen
from orbit_adapters.telegram.show import show
from orbit_adapters.telegram.staff_callbacks import SeeStats
from orbit_domain.ids import TelegramId
from orbit_domain.use_cases.show_home import ShowHome
from orbit_domain.use_cases.show_stats import ShowStats


def routes() -> Router:
    """The routes of the button and of the command, which isn't in the list that Telegram shows."""
    router = Router(name="stats")
    router.message.register(stats, Command("stats", ignore_case=True))
    router.callback_query.register(stats, Tapped(SeeStats))
    return router


async def stats(
    event: Message | CallbackQuery,
    tg_id: TelegramId,
    show_stats: FromDishka[ShowStats],
    show_home: FromDishka[ShowHome],
) -> None:
    """Show the statistics. Other users see home, as if there were no such command."""
    figures = await show_stats(tg_id)
    await show(event, stats_screen(figures) if figures else home_screen(await show_home(tg_id)))

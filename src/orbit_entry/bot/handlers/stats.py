"""Statistics, for the owner and the admins."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message
from dishka import FromDishka

from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.screens.home import home_screen
from orbit_adapters.telegram.screens.stats import stats_screen
from orbit_adapters.telegram.screens.trends import trends_chart, trends_screen
from orbit_adapters.telegram.show import show
from orbit_adapters.telegram.staff_callbacks import SeeStats, SeeTrends
from orbit_domain.ids import TelegramId
from orbit_domain.stats import Span
from orbit_domain.use_cases.draw_chart import DrawChart
from orbit_domain.use_cases.show_home import ShowHome
from orbit_domain.use_cases.show_stats import ShowStats
from orbit_domain.use_cases.show_trends import ShowTrends


def routes() -> Router:
    """The routes of the buttons and of the command, which isn't in the list that Telegram shows."""
    router = Router(name="stats")
    router.message.register(trends, Command("stats", ignore_case=True))
    router.callback_query.register(trends, Tapped(SeeTrends))
    router.callback_query.register(stats, Tapped(SeeStats))
    return router


async def trends(
    event: Message | CallbackQuery,
    tg_id: TelegramId,
    show_trends: FromDishka[ShowTrends],
    show_home: FromDishka[ShowHome],
    draw_chart: FromDishka[DrawChart],
    callback_data: SeeTrends | None = None,
) -> None:
    """Show how the shop went, of late unless asked. Other users see home, as if there were no such command."""
    view = await show_trends(tg_id, callback_data.span if callback_data else Span.MONTH)
    if view is None:
        await show(event, home_screen(await show_home(tg_id)))
        return
    await show(event, trends_screen(view, await draw_chart(trends_chart(view))))


async def stats(
    tap: CallbackQuery, tg_id: TelegramId, show_stats: FromDishka[ShowStats], show_home: FromDishka[ShowHome]
) -> None:
    """Show every figure as it is now."""
    figures = await show_stats(tg_id)
    await show(tap, stats_screen(figures) if figures else home_screen(await show_home(tg_id)))

"""What the bot's process has counted, for the owner and the admins."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message
from dishka import FromDishka

from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.screens.home import home_screen
from orbit_adapters.telegram.screens.metrics import metrics_screen
from orbit_adapters.telegram.show import show
from orbit_adapters.telegram.staff_callbacks import SeeMetrics
from orbit_domain.ids import TelegramId
from orbit_domain.use_cases.show_home import ShowHome
from orbit_domain.use_cases.show_metrics import ShowMetrics


def routes() -> Router:
    """The routes of the button and of the command, which isn't in the list that Telegram shows."""
    router = Router(name="metrics")
    router.message.register(metrics, Command("metrics", ignore_case=True))
    router.callback_query.register(metrics, Tapped(SeeMetrics))
    return router


async def metrics(
    event: Message | CallbackQuery,
    tg_id: TelegramId,
    show_metrics: FromDishka[ShowMetrics],
    show_home: FromDishka[ShowHome],
) -> None:
    """Show the figures. Other users see home, as if there were no such command."""
    view = await show_metrics(tg_id)
    await show(event, metrics_screen(view) if view else home_screen(await show_home(tg_id)))

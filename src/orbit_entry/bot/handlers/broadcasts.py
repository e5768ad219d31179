"""Messages to many customers: the list, how far each has come, and what is done about it."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message
from dishka import FromDishka

from orbit_adapters.telegram import broadcast_callbacks
from orbit_adapters.telegram.broadcast_callbacks import SeeBroadcast, SeeBroadcasts
from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.screens.broadcasts import broadcast_screen, broadcasts_screen
from orbit_adapters.telegram.show import show
from orbit_domain.ids import TelegramId
from orbit_domain.use_cases.show_broadcasts import ListBroadcasts, ShowBroadcast
from orbit_domain.use_cases.steer_broadcast import SteerBroadcast


def routes() -> Router:
    """The list and each of them."""
    router = Router(name="broadcasts")
    router.message.register(broadcasts, Command("broadcast", ignore_case=True))
    router.callback_query.register(broadcasts, Tapped(SeeBroadcasts))
    router.callback_query.register(broadcast, Tapped(SeeBroadcast))
    router.callback_query.register(steer, Tapped(broadcast_callbacks.SteerBroadcast))
    return router


async def broadcasts(
    event: Message | CallbackQuery, tg_id: TelegramId, state: FSMContext, list_broadcasts: FromDishka[ListBroadcasts]
) -> None:
    """Show the newest ones and the segments. What was asked for isn't any more."""
    await state.clear()
    await show(event, broadcasts_screen(await list_broadcasts(tg_id)))


async def broadcast(
    tap: CallbackQuery,
    callback_data: SeeBroadcast,
    tg_id: TelegramId,
    state: FSMContext,
    show_broadcast: FromDishka[ShowBroadcast],
) -> None:
    """Show how one stands."""
    await state.clear()
    await show(tap, broadcast_screen(await show_broadcast(tg_id, callback_data.broadcast)))


async def steer(
    tap: CallbackQuery,
    callback_data: broadcast_callbacks.SteerBroadcast,
    tg_id: TelegramId,
    steer_broadcast: FromDishka[SteerBroadcast],
    show_broadcast: FromDishka[ShowBroadcast],
) -> None:
    """Start, pause, resume or stop one, and show how it stands."""
    await steer_broadcast(tg_id, callback_data.broadcast, callback_data.action)
    await show(tap, broadcast_screen(await show_broadcast(tg_id, callback_data.broadcast)))

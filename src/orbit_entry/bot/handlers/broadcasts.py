"""Messages to many customers: whom, what, and how far they have come."""

from aiogram import Router
from aiogram.filters import Command, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from dishka import FromDishka

from orbit_adapters.telegram import broadcast_callbacks
from orbit_adapters.telegram.announcements import announcement_screen
from orbit_adapters.telegram.broadcast_callbacks import AskBroadcast, SeeBroadcast, SeeBroadcasts
from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.screens.broadcasts import ask_broadcast_screen, broadcast_screen, broadcasts_screen
from orbit_adapters.telegram.show import show
from orbit_domain.broadcast.broadcast import Segment
from orbit_domain.ids import TelegramId
from orbit_domain.use_cases.draft_broadcast import DraftBroadcast
from orbit_domain.use_cases.show_broadcasts import ListBroadcasts, ShowBroadcast
from orbit_domain.use_cases.steer_broadcast import SteerBroadcast

_SEGMENT = "segment"


class NewBroadcast(StatesGroup):
    """Waiting for its text."""

    text = State()


def routes() -> Router:
    """The question for the text and its answer. Routers with commands come before this one, so commands always work."""
    router = Router(name="broadcasts")
    router.message.register(broadcasts, Command("broadcast", ignore_case=True))
    router.callback_query.register(broadcasts, Tapped(SeeBroadcasts))
    router.callback_query.register(ask_text, Tapped(AskBroadcast))
    router.message.register(receive_text, StateFilter(NewBroadcast.text))
    router.callback_query.register(broadcast, Tapped(SeeBroadcast))
    router.callback_query.register(steer, Tapped(broadcast_callbacks.SteerBroadcast))
    return router


async def broadcasts(
    event: Message | CallbackQuery, tg_id: TelegramId, list_broadcasts: FromDishka[ListBroadcasts]
) -> None:
    """Show the newest ones and the segments."""
    await show(event, broadcasts_screen(await list_broadcasts(tg_id)))


async def ask_text(
    tap: CallbackQuery,
    callback_data: AskBroadcast,
    tg_id: TelegramId,
    state: FSMContext,
    list_broadcasts: FromDishka[ListBroadcasts],
) -> None:
    """Ask for the text."""
    listed = await list_broadcasts(tg_id)
    await state.set_state(NewBroadcast.text)
    await state.set_data({_SEGMENT: callback_data.segment})
    await show(tap, ask_broadcast_screen(listed.admin, callback_data.segment))


async def receive_text(
    message: Message,
    tg_id: TelegramId,
    state: FSMContext,
    draft_broadcast: FromDishka[DraftBroadcast],
    show_broadcast: FromDishka[ShowBroadcast],
) -> None:
    """Show the author what everyone would get, then the draft. After a refused text the dialog stays open."""
    segment = Segment((await state.get_data()).get(_SEGMENT, Segment.EVERYONE))
    draft = await draft_broadcast(tg_id, message.html_text if message.text else "", segment)
    await state.clear()
    view = await show_broadcast(tg_id, draft.id)
    await show(message, announcement_screen(draft.html, Translator(view.admin.language)))
    await show(message, broadcast_screen(view))


async def broadcast(
    tap: CallbackQuery, callback_data: SeeBroadcast, tg_id: TelegramId, show_broadcast: FromDishka[ShowBroadcast]
) -> None:
    """Show how one stands."""
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

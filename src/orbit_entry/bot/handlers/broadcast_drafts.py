"""The dialogs in which an admin writes a message to many: for whom, the words and the picture, and the buttons."""

from uuid import UUID

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from dishka import FromDishka

from orbit_adapters.telegram import broadcast_callbacks
from orbit_adapters.telegram.broadcast_callbacks import (
    AskBroadcast,
    AskBroadcastButtons,
    DropBroadcastButtons,
    NarrowBroadcast,
)
from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.screens.broadcast_audience import (
    audience_data,
    audience_from,
    audience_screen,
    narrowed,
)
from orbit_adapters.telegram.screens.broadcasts import ask_broadcast_buttons_screen, broadcast_screen
from orbit_adapters.telegram.show import answer, edit_or_send, show
from orbit_adapters.telegram.typed_buttons import read_buttons
from orbit_adapters.telegram.typed_markup import sent_picture, typed_html
from orbit_domain.broadcast.audience import Audience, Segment
from orbit_domain.ids import BroadcastId, TelegramId
from orbit_domain.use_cases.change_broadcast_buttons import ChangeBroadcastButtons
from orbit_domain.use_cases.draft_broadcast import DraftBroadcast
from orbit_domain.use_cases.preview_broadcast import PreviewBroadcast
from orbit_domain.use_cases.show_broadcasts import ShowAudience, ShowBroadcast

_BROADCAST = "broadcast"
_NO_BROADCAST = UUID(int=0).hex


class NewBroadcast(StatesGroup):
    """Waiting for its words, or for its buttons."""

    message = State()
    buttons = State()


def routes() -> Router:
    """The questions and their answers. Routers with commands come before this one, so commands always work."""
    router = Router(name="broadcast_drafts")
    router.callback_query.register(ask_message, Tapped(AskBroadcast))
    router.callback_query.register(narrow, Tapped(NarrowBroadcast))
    router.message.register(receive_message, StateFilter(NewBroadcast.message))
    router.callback_query.register(preview, Tapped(broadcast_callbacks.PreviewBroadcast))
    router.callback_query.register(ask_buttons, Tapped(AskBroadcastButtons))
    router.callback_query.register(drop_buttons, Tapped(DropBroadcastButtons))
    router.message.register(receive_buttons, StateFilter(NewBroadcast.buttons))
    return router


async def ask_message(
    tap: CallbackQuery,
    callback_data: AskBroadcast,
    tg_id: TelegramId,
    state: FSMContext,
    show_audience: FromDishka[ShowAudience],
) -> None:
    """Ask for the message to a segment."""
    await _ask(tap, tg_id, state, show_audience, Audience(callback_data.segment))


async def narrow(
    tap: CallbackQuery,
    callback_data: NarrowBroadcast,
    tg_id: TelegramId,
    state: FSMContext,
    show_audience: FromDishka[ShowAudience],
) -> None:
    """Ask for the same message to fewer people, or to more again."""
    audience = audience_from(await state.get_data()) or Audience(Segment.EVERYONE)
    await _ask(tap, tg_id, state, show_audience, narrowed(audience, callback_data))


async def _ask(
    tap: CallbackQuery, tg_id: TelegramId, state: FSMContext, show_audience: ShowAudience, audience: Audience
) -> None:
    view = await show_audience(tg_id, audience)
    await state.set_state(NewBroadcast.message)
    await state.set_data(audience_data(audience))
    await show(tap, audience_screen(view))


async def receive_message(
    message: Message,
    tg_id: TelegramId,
    state: FSMContext,
    draft_broadcast: FromDishka[DraftBroadcast],
    preview_broadcast: FromDishka[PreviewBroadcast],
    show_broadcast: FromDishka[ShowBroadcast],
) -> None:
    """Show the author what everyone would get, then the draft. After a refused message the dialog stays open."""
    audience = audience_from(await state.get_data()) or Audience(Segment.EVERYONE)
    draft = await draft_broadcast(tg_id, typed_html(message), audience, sent_picture(message))
    await preview_broadcast(tg_id, draft.id)
    await state.clear()
    await show(message, broadcast_screen(await show_broadcast(tg_id, draft.id)))


async def preview(
    tap: CallbackQuery,
    callback_data: broadcast_callbacks.PreviewBroadcast,
    tg_id: TelegramId,
    preview_broadcast: FromDishka[PreviewBroadcast],
    show_broadcast: FromDishka[ShowBroadcast],
) -> None:
    """Show the message as everyone would get it, and the draft below it."""
    await _preview(tap, tg_id, callback_data.broadcast, preview_broadcast, show_broadcast)


async def ask_buttons(
    tap: CallbackQuery,
    callback_data: AskBroadcastButtons,
    tg_id: TelegramId,
    state: FSMContext,
    show_broadcast: FromDishka[ShowBroadcast],
) -> None:
    """Ask for the buttons of a draft."""
    view = await show_broadcast(tg_id, callback_data.broadcast)
    await state.set_state(NewBroadcast.buttons)
    await state.set_data({_BROADCAST: callback_data.broadcast.hex})
    await show(tap, ask_broadcast_buttons_screen(view))


async def drop_buttons(
    tap: CallbackQuery,
    callback_data: DropBroadcastButtons,
    tg_id: TelegramId,
    state: FSMContext,
    change_broadcast_buttons: FromDishka[ChangeBroadcastButtons],
    preview_broadcast: FromDishka[PreviewBroadcast],
    show_broadcast: FromDishka[ShowBroadcast],
) -> None:
    """Send the draft without buttons, and show it so."""
    await change_broadcast_buttons(tg_id, callback_data.broadcast, ())
    await state.clear()
    await _preview(tap, tg_id, callback_data.broadcast, preview_broadcast, show_broadcast)


async def receive_buttons(
    message: Message,
    tg_id: TelegramId,
    state: FSMContext,
    change_broadcast_buttons: FromDishka[ChangeBroadcastButtons],
    preview_broadcast: FromDishka[PreviewBroadcast],
    show_broadcast: FromDishka[ShowBroadcast],
) -> None:
    """Put the typed buttons below the draft, and show it so. After refused ones the dialog stays open."""
    broadcast_id = BroadcastId(UUID((await state.get_data()).get(_BROADCAST, _NO_BROADCAST)))
    await change_broadcast_buttons(tg_id, broadcast_id, read_buttons(message.text or ""))
    await preview_broadcast(tg_id, broadcast_id)
    await state.clear()
    await show(message, broadcast_screen(await show_broadcast(tg_id, broadcast_id)))


async def _preview(
    tap: CallbackQuery,
    tg_id: TelegramId,
    broadcast_id: BroadcastId,
    preview_broadcast: PreviewBroadcast,
    show_broadcast: ShowBroadcast,
) -> None:
    await preview_broadcast(tg_id, broadcast_id)
    screen = broadcast_screen(await show_broadcast(tg_id, broadcast_id))
    # A new message: the draft belongs below what was just shown.
    await edit_or_send(tap, screen, None)
    await answer(tap, screen.toast)

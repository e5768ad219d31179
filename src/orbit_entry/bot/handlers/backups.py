"""Backups: what there is, and one that is made now, whose screen follows it by itself."""

import secrets

from aiogram import F, Router
from aiogram.filters import Command, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from dishka import FromDishka

from orbit_adapters.telegram import backup_callbacks
from orbit_adapters.telegram.backup_callbacks import SeeBackups
from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.screen import Screen
from orbit_adapters.telegram.screens.backups import backup_runs_screen, backups_screen
from orbit_adapters.telegram.screens.home import hint_screen
from orbit_adapters.telegram.show import answer, bot_of, chat_of, edit, edit_or_send, is_kept, show, tapped_message
from orbit_domain.ids import TelegramId
from orbit_domain.use_cases.backup_when_asked import BackupsPage, ShowBackups, StartBackup
from orbit_domain.use_cases.show_home import ShowHome
from orbit_entry.bot.live_screens import LiveScreens

_SHOWN = "shown"


class LiveBackup(StatesGroup):
    """A screen follows a backup. Whatever else is tapped or typed ends that, in whichever process it arrives."""

    shown = State()


def routes() -> Router:
    """The command, which isn't in the list that Telegram shows, and the buttons."""
    router = Router(name="backups")
    router.message.register(backups, Command("backup", ignore_case=True))
    router.callback_query.register(backups, Tapped(SeeBackups))
    router.callback_query.register(start, Tapped(backup_callbacks.StartBackup))
    # Typed words end what is followed, as commands do, and get the usual hint.
    router.message.register(leave, StateFilter(LiveBackup.shown), ~F.text.startswith("/"))
    return router


async def backups(
    event: Message | CallbackQuery,
    tg_id: TelegramId,
    state: FSMContext,
    live_screens: LiveScreens,
    show_backups: FromDishka[ShowBackups],
) -> None:
    """Show what there is."""
    page = await show_backups(tg_id)
    message_id = await _show(event, backups_screen(page))
    await _follow(event, message_id, page, state, live_screens, show_backups)


async def start(
    tap: CallbackQuery,
    tg_id: TelegramId,
    state: FSMContext,
    live_screens: LiveScreens,
    start_backup: FromDishka[StartBackup],
    show_backups: FromDishka[ShowBackups],
) -> None:
    """Let the worker make one, and show how far it is."""
    begins = await start_backup(tg_id)
    page = await show_backups(tg_id)
    screen = backups_screen(page) if begins or not page.runs else backup_runs_screen(page)
    message_id = await _show(tap, screen)
    await _follow(tap, message_id, page, state, live_screens, show_backups)


async def leave(message: Message, tg_id: TelegramId, show_home: FromDishka[ShowHome]) -> None:
    """Something was typed, which isn't asked for here."""
    await show(message, hint_screen(await show_home(tg_id)))


async def _show(event: Message | CallbackQuery, screen: Screen) -> int:
    """As `show`; the id of the message that shows it."""
    is_new = isinstance(event, Message) or is_kept(event)
    message_id = await edit_or_send(event, screen, None if is_new else tapped_message(event))
    if isinstance(event, CallbackQuery):
        await answer(event, screen.toast)
    return message_id


async def _follow(
    event: Message | CallbackQuery,
    message_id: int,
    page: BackupsPage,
    state: FSMContext,
    live_screens: LiveScreens,
    show_backups: ShowBackups,
) -> None:
    """Draw the screen again while a backup is on its way, and nothing else was shown in this chat."""
    bot, chat_id, shown = bot_of(event), chat_of(event), secrets.token_hex(4)
    live_screens.leave(chat_id)
    if not page.runs:
        return
    await state.set_state(LiveBackup.shown)
    await state.set_data({_SHOWN: shown})

    async def is_shown() -> bool:
        return await state.get_state() == LiveBackup.shown.state and (await state.get_data()).get(_SHOWN) == shown

    async def redraw() -> bool:
        newer = await show_backups(page.user.tg_id)
        # Asked last: what the customer has opened meanwhile isn't drawn over.
        if not await is_shown():
            return False
        await edit(bot, chat_id, message_id, backups_screen(newer))
        if not newer.runs:
            await state.clear()
        return newer.runs

    live_screens.follow(chat_id, redraw)

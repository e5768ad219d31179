"""What a customer is told, and when; and whether the bot may write to the customer at all."""

from aiogram import Router
from aiogram.enums import ChatMemberStatus
from aiogram.types import CallbackQuery, ChatMemberUpdated
from dishka import FromDishka

from orbit_adapters.telegram import notice_callbacks
from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.notice_callbacks import (
    EndQuiet,
    KeepQuiet,
    RefuseNews,
    SeeClock,
    SeeNotices,
    SeeQuietHours,
    SetClock,
)
from orbit_adapters.telegram.screens.notices import (
    ON,
    clock_screen,
    notices_screen,
    quiet_hours_screen,
    switched_screen,
)
from orbit_adapters.telegram.show import show
from orbit_domain.ids import TelegramId
from orbit_domain.notice_settings.notice_settings import NoticeGroup
from orbit_domain.use_cases.choose_notices import ChooseNotices, ShowNotices
from orbit_domain.use_cases.record_reachability import RecordReachability


def routes() -> Router:
    """The buttons, and what Telegram says of a chat that was stopped or taken up again."""
    router = Router(name="notices")
    router.callback_query.register(notices, Tapped(SeeNotices))
    router.callback_query.register(switch, Tapped(notice_callbacks.SwitchNotices))
    router.callback_query.register(refuse_news, Tapped(RefuseNews))
    router.callback_query.register(quiet_hours, Tapped(SeeQuietHours))
    router.callback_query.register(keep_quiet, Tapped(KeepQuiet))
    router.callback_query.register(end_quiet, Tapped(EndQuiet))
    router.callback_query.register(ask_clock, Tapped(SeeClock))
    router.callback_query.register(set_clock, Tapped(SetClock))
    router.my_chat_member.register(record_reachability)
    return router


async def notices(tap: CallbackQuery, tg_id: TelegramId, show_notices: FromDishka[ShowNotices]) -> None:
    """Show the switches."""
    await show(tap, notices_screen(await show_notices(tg_id)))


async def switch(
    tap: CallbackQuery,
    callback_data: notice_callbacks.SwitchNotices,
    tg_id: TelegramId,
    choose_notices: FromDishka[ChooseNotices],
) -> None:
    """Turn one switch, and show them."""
    view = await choose_notices.switch(tg_id, callback_data.group, on=callback_data.turned == ON)
    await show(tap, switched_screen(view, callback_data.group))


async def refuse_news(tap: CallbackQuery, tg_id: TelegramId, choose_notices: FromDishka[ChooseNotices]) -> None:
    """Send no news any more, and show all switches below the message that was one."""
    view = await choose_notices.switch(tg_id, NoticeGroup.NEWS, on=False)
    await show(tap, switched_screen(view, NoticeGroup.NEWS))


async def quiet_hours(tap: CallbackQuery, tg_id: TelegramId, show_notices: FromDishka[ShowNotices]) -> None:
    """Show the quiet hours."""
    await show(tap, quiet_hours_screen(await show_notices(tg_id)))


async def keep_quiet(
    tap: CallbackQuery, callback_data: KeepQuiet, tg_id: TelegramId, choose_notices: FromDishka[ChooseNotices]
) -> None:
    """Set the quiet hours."""
    await show(tap, quiet_hours_screen(await choose_notices.quiet(tg_id, callback_data.hours)))


async def end_quiet(tap: CallbackQuery, tg_id: TelegramId, choose_notices: FromDishka[ChooseNotices]) -> None:
    """Let no hours be quiet."""
    await show(tap, quiet_hours_screen(await choose_notices.quiet(tg_id, None)))


async def ask_clock(
    tap: CallbackQuery, callback_data: SeeClock, tg_id: TelegramId, show_notices: FromDishka[ShowNotices]
) -> None:
    """Ask what time it is."""
    await show(tap, clock_screen(await show_notices(tg_id), callback_data.first))


async def set_clock(
    tap: CallbackQuery, callback_data: SetClock, tg_id: TelegramId, choose_notices: FromDishka[ChooseNotices]
) -> None:
    """Know what time it is, and show the quiet hours."""
    await show(tap, quiet_hours_screen(await choose_notices.clock_is(tg_id, callback_data.offset)))


async def record_reachability(
    event: ChatMemberUpdated, tg_id: TelegramId, record_reachability: FromDishka[RecordReachability]
) -> None:
    """The customer has blocked the bot, or lets it write again."""
    is_member = event.new_chat_member.status == ChatMemberStatus.MEMBER
    await record_reachability(tg_id, is_reachable=is_member)

"""What becomes of everything a handler raises: a screen for the customer, never a trace."""

import asyncio
from secrets import token_hex

import structlog
from aiogram import Router
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest, TelegramForbiddenError
from aiogram.filters import ExceptionMessageFilter, ExceptionTypeFilter
from aiogram.types import CallbackQuery, ErrorEvent, Message, User
from dishka import FromDishka

from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.refusals import failure_screen, refusal_screen
from orbit_adapters.telegram.screen import Screen
from orbit_adapters.telegram.screens.home import home_screen
from orbit_adapters.telegram.show import show
from orbit_domain.errors import Refusal
from orbit_domain.ids import TelegramId
from orbit_domain.storage import StorageBusy, StorageUnavailable
from orbit_domain.use_cases.register_user import RegisterUser
from orbit_domain.use_cases.show_home import ShowHome
from orbit_domain.user.user import NoSuchUser, language_for

_LANGUAGE_LIMIT_S = 2

log = structlog.get_logger()


def routes() -> Router:
    """The error handlers, the most particular first."""
    router = Router(name="errors")
    router.errors.register(welcome, ExceptionTypeFilter(NoSuchUser))
    router.errors.register(refused, ExceptionTypeFilter(Refusal))
    router.errors.register(
        too_late, ExceptionTypeFilter(TelegramBadRequest), ExceptionMessageFilter(".*query is too old")
    )
    router.errors.register(too_late, ExceptionTypeFilter(TelegramForbiddenError))
    router.errors.register(not_now, ExceptionTypeFilter(StorageBusy, StorageUnavailable))
    router.errors.register(failed)
    return router


async def welcome(
    event: ErrorEvent, event_from_user: User, register_user: FromDishka[RegisterUser], show_home: FromDishka[ShowHome]
) -> None:
    """Somebody who never pressed /start has done so now."""
    tg_id = TelegramId(event_from_user.id)
    await register_user(tg_id, event_from_user.username, event_from_user.language_code)
    await _show(event, home_screen(await show_home(tg_id)))


async def refused(event: ErrorEvent, event_from_user: User, register_user: FromDishka[RegisterUser]) -> None:
    """The shop said no: why, in the customer's language, which registering again merely reads."""
    known = await register_user(TelegramId(event_from_user.id), event_from_user.username, event_from_user.language_code)
    if isinstance(event.exception, Refusal):
        await _show(event, refusal_screen(event.exception, Translator(known.user.language)))


async def too_late(event: ErrorEvent) -> None:
    """Nobody waits for this answer any more."""
    log.info("answer_not_wanted", update_id=event.update.update_id, error=type(event.exception).__name__)


async def not_now(_: ErrorEvent) -> object:
    """Nothing could be read or recorded: that is for the intake, which doesn't acknowledge what wasn't done."""
    return UNHANDLED


async def failed(event: ErrorEvent, show_home: FromDishka[ShowHome], event_from_user: User | None = None) -> None:
    """A fault of ours: recorded under a number, and the customer is told that the money is safe."""
    number = token_hex(4).upper()
    log.error("update_failed", number=number, update_id=event.update.update_id, exc_info=event.exception)
    if event_from_user is None:
        return
    translate = Translator(await _language(event_from_user, show_home))
    try:
        await _show(event, failure_screen(number, translate))
    except TelegramAPIError as error:
        log.warning("failure_not_shown", number=number, error=type(error).__name__)


async def _show(event: ErrorEvent, screen: Screen) -> None:
    asked: Message | CallbackQuery | None = event.update.message or event.update.callback_query
    if asked is not None:
        await show(asked, screen)


async def _language(user: User, show_home: ShowHome) -> str:
    """The customer's language, or Telegram's when what failed keeps us from reading it."""
    try:
        async with asyncio.timeout(_LANGUAGE_LIMIT_S):
            return (await show_home(TelegramId(user.id))).user.language
    except Exception as error:  # What has failed before may well fail again here.
        log.info("language_not_read", error=type(error).__name__)
        return language_for(user.language_code)

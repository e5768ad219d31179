"""Error handlers: every exception of a handler becomes a screen for the customer, never a trace."""

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
from orbit_adapters.telegram.screens.account import deleted_screen
from orbit_adapters.telegram.screens.home import home_screen
from orbit_adapters.telegram.show import show
from orbit_adapters.telegram.staff_refusals import banned_screen
from orbit_domain.errors import Refusal
from orbit_domain.ids import TelegramId
from orbit_domain.storage import StorageBusy, StorageUnavailable
from orbit_domain.use_cases.read_shop_settings import ReadShopSettings
from orbit_domain.use_cases.register_user import RegisterUser
from orbit_domain.use_cases.show_home import ShowHome
from orbit_domain.user.user import AccountDeleted, CustomerBanned, NoSuchUser, language_for
from orbit_entry.bot.private_chats import is_private

_LANGUAGE_LIMIT_S = 2
FAILED = object()
"""What handling an update returns when its handler has failed and the customer was told so."""

log = structlog.get_logger()


def routes() -> Router:
    """The error handlers, the most specific first."""
    router = Router(name="errors")
    router.errors.register(unknown_user, ExceptionTypeFilter(NoSuchUser))
    router.errors.register(banned, ExceptionTypeFilter(CustomerBanned))
    router.errors.register(gone, ExceptionTypeFilter(AccountDeleted))
    router.errors.register(refused, ExceptionTypeFilter(Refusal))
    router.errors.register(
        too_late, ExceptionTypeFilter(TelegramBadRequest), ExceptionMessageFilter(".*query is too old")
    )
    router.errors.register(too_late, ExceptionTypeFilter(TelegramForbiddenError))
    router.errors.register(storage_unreachable, ExceptionTypeFilter(StorageBusy, StorageUnavailable))
    router.errors.register(failed)
    return router


async def unknown_user(
    event: ErrorEvent, event_from_user: User, register_user: FromDishka[RegisterUser], show_home: FromDishka[ShowHome]
) -> None:
    """A user who never pressed /start is registered now and sees home."""
    tg_id = TelegramId(event_from_user.id)
    await register_user(tg_id, event_from_user.username, event_from_user.language_code)
    await _show(event, home_screen(await show_home(tg_id)))


async def banned(
    event: ErrorEvent,
    event_from_user: User,
    read_shop_settings: FromDishka[ReadShopSettings],
    register_user: FromDishka[RegisterUser],
) -> None:
    """A banned customer reads the same wherever they are turned away."""
    known = await register_user(TelegramId(event_from_user.id), event_from_user.username, event_from_user.language_code)
    support = (await read_shop_settings()).support
    await _show(event, banned_screen(support, Translator(known.user.language)))


async def gone(event: ErrorEvent, event_from_user: User, register_user: FromDishka[RegisterUser]) -> None:
    """Whoever has just deleted the account reads so, in Telegram's language; staff reads whose account it was."""
    if isinstance(event.exception, AccountDeleted) and event.exception.tg_id == event_from_user.id:
        await _show(event, deleted_screen(Translator(language_for(event_from_user.language_code))))
        return
    await refused(event, event_from_user, register_user)


async def refused(event: ErrorEvent, event_from_user: User, register_user: FromDishka[RegisterUser]) -> None:
    """Show a refusal in the customer's language. Registering again only reads that language."""
    known = await register_user(TelegramId(event_from_user.id), event_from_user.username, event_from_user.language_code)
    if isinstance(event.exception, Refusal):
        await _show(event, refusal_screen(event.exception, Translator(known.user.language)))


async def too_late(event: ErrorEvent) -> None:
    """Telegram doesn't take the answer any more: the tap is too old, or the user has blocked the bot."""
    log.info("answer_too_late", update_id=event.update.update_id, error=type(event.exception).__name__)


async def storage_unreachable(_: ErrorEvent) -> object:
    """Nothing was read or recorded. The error goes on to the update processor, which doesn't acknowledge the update."""
    return UNHANDLED


async def failed(event: ErrorEvent, show_home: FromDishka[ShowHome], event_from_user: User | None = None) -> object:
    """An internal error: logged under a number. The customer reads that number and that the money is safe."""
    number = token_hex(4).upper()
    log.error("update_failed", number=number, update_id=event.update.update_id, exc_info=event.exception)
    if event_from_user is None:
        return FAILED
    translate = Translator(await _language(event_from_user, show_home))
    try:
        await _show(event, failure_screen(number, translate))
    except TelegramAPIError as error:
        log.warning("failure_not_shown", number=number, error=type(error).__name__)
    return FAILED


async def _show(event: ErrorEvent, screen: Screen) -> None:
    """To the person alone: a group isn't told what went wrong."""
    request: Message | CallbackQuery | None = event.update.message or event.update.callback_query
    if request is not None and is_private(request):
        await show(request, screen)


async def _language(user: User, show_home: ShowHome) -> str:
    """The customer's language, or Telegram's when it can't be read."""
    try:
        async with asyncio.timeout(_LANGUAGE_LIMIT_S):
            return (await show_home(TelegramId(user.id))).user.language
    except Exception as error:  # The cause of the first error may fail this read too.
        log.info("language_not_read", error=type(error).__name__)
        return language_for(user.language_code)

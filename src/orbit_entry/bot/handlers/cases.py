"""What customers ask: the staff's list, and the end of a case."""

from aiogram import Router
from aiogram.types import CallbackQuery
from dishka import FromDishka

from orbit_adapters.telegram import support_callbacks
from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.screens.cases import case_screen, cases_screen, closed_screen, solved_screen
from orbit_adapters.telegram.show import show
from orbit_adapters.telegram.support_callbacks import SeeCase, SeeCases
from orbit_domain.ids import TelegramId
from orbit_domain.use_cases.close_case import CloseCase, CloseOwnCase
from orbit_domain.use_cases.show_cases import ListCases, ShowCase


def routes() -> Router:
    """The routes of these buttons."""
    router = Router(name="cases")
    router.callback_query.register(cases, Tapped(SeeCases))
    router.callback_query.register(case, Tapped(SeeCase))
    router.callback_query.register(close, Tapped(support_callbacks.CloseCase))
    router.callback_query.register(close_own, Tapped(support_callbacks.CloseOwnCase))
    return router


async def cases(
    tap: CallbackQuery, callback_data: SeeCases, tg_id: TelegramId, list_cases: FromDishka[ListCases]
) -> None:
    """Show a page of them."""
    await show(tap, cases_screen(await list_cases(tg_id, callback_data.page)))


async def case(tap: CallbackQuery, callback_data: SeeCase, tg_id: TelegramId, show_case: FromDishka[ShowCase]) -> None:
    """Show one."""
    await show(tap, case_screen(await show_case(tg_id, callback_data.case)))


async def close(
    tap: CallbackQuery,
    callback_data: support_callbacks.CloseCase,
    tg_id: TelegramId,
    close_case: FromDishka[CloseCase],
    show_case: FromDishka[ShowCase],
) -> None:
    """Close one, and show it."""
    await close_case(tg_id, callback_data.case)
    await show(tap, closed_screen(await show_case(tg_id, callback_data.case)))


async def close_own(
    tap: CallbackQuery,
    callback_data: support_callbacks.CloseOwnCase,
    tg_id: TelegramId,
    close_own_case: FromDishka[CloseOwnCase],
) -> None:
    """The customer has what they wanted."""
    await show(tap, solved_screen(await close_own_case(tg_id, callback_data.case)))

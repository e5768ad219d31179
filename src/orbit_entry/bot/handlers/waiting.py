"""A customer's card, and what waits for the staff: orders, money without an owner, adjustments."""

from aiogram import Router
from aiogram.types import CallbackQuery
from dishka import FromDishka

from orbit_adapters.telegram import staff_callbacks
from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.notice_callbacks import SeeCustomerNotices
from orbit_adapters.telegram.screens.claims import assigned_screen
from orbit_adapters.telegram.screens.customer_card import customer_card_screen, retried_screen
from orbit_adapters.telegram.screens.customer_notices import journal_screen
from orbit_adapters.telegram.screens.customer_story import story_screen
from orbit_adapters.telegram.screens.waiting_lists import (
    adjustments_screen,
    decided_screen,
    nameless_screen,
    waiting_screen,
)
from orbit_adapters.telegram.show import show
from orbit_adapters.telegram.staff_callbacks import (
    AssignTo,
    ConfirmAdjustment,
    RejectAdjustment,
    SeeAdjustments,
    SeeCustomer,
    SeeNameless,
    SeeStory,
    SeeWaiting,
)
from orbit_domain.ids import TelegramId
from orbit_domain.use_cases.assign_to_customer import AssignToCustomer
from orbit_domain.use_cases.decide_by_staff import DecideByStaff, ShowAdjustments
from orbit_domain.use_cases.list_waiting import ShowNameless, ShowWaiting
from orbit_domain.use_cases.retry_delivery import RetryDelivery
from orbit_domain.use_cases.show_customer import ShowCustomer
from orbit_domain.use_cases.show_customer_notices import ShowCustomerNotices
from orbit_domain.use_cases.show_customer_story import ShowCustomerStory


def routes() -> Router:
    """The routes of these buttons."""
    router = Router(name="waiting")
    router.callback_query.register(customer, Tapped(SeeCustomer))
    router.callback_query.register(story, Tapped(SeeStory))
    router.callback_query.register(told, Tapped(SeeCustomerNotices))
    router.callback_query.register(retry, Tapped(staff_callbacks.RetryDelivery))
    router.callback_query.register(waiting, Tapped(SeeWaiting))
    router.callback_query.register(nameless, Tapped(SeeNameless))
    router.callback_query.register(assign, Tapped(AssignTo))
    router.callback_query.register(adjustments, Tapped(SeeAdjustments))
    router.callback_query.register(agree, Tapped(ConfirmAdjustment))
    router.callback_query.register(refuse, Tapped(RejectAdjustment))
    return router


async def customer(
    tap: CallbackQuery, callback_data: SeeCustomer, tg_id: TelegramId, show_customer: FromDishka[ShowCustomer]
) -> None:
    """Show the card."""
    await show(tap, customer_card_screen(await show_customer(tg_id, callback_data.customer)))


async def story(
    tap: CallbackQuery, callback_data: SeeStory, tg_id: TelegramId, show_story: FromDishka[ShowCustomerStory]
) -> None:
    """Show a page of what happened."""
    await show(tap, story_screen(await show_story(tg_id, callback_data.customer, callback_data.page)))


async def told(
    tap: CallbackQuery,
    callback_data: SeeCustomerNotices,
    tg_id: TelegramId,
    show_notices: FromDishka[ShowCustomerNotices],
) -> None:
    """Show a page of what the customer was told."""
    await show(tap, journal_screen(await show_notices(tg_id, callback_data.customer, callback_data.page)))


async def retry(
    tap: CallbackQuery,
    callback_data: staff_callbacks.RetryDelivery,
    tg_id: TelegramId,
    retry_delivery: FromDishka[RetryDelivery],
    show_customer: FromDishka[ShowCustomer],
) -> None:
    """Try again what the customer waits for, and show the card."""
    keys = await retry_delivery(tg_id, callback_data.customer)
    await show(tap, retried_screen(await show_customer(tg_id, callback_data.customer), keys))


async def waiting(
    tap: CallbackQuery, callback_data: SeeWaiting, tg_id: TelegramId, show_waiting: FromDishka[ShowWaiting]
) -> None:
    """Show a page of the orders that wait."""
    await show(tap, waiting_screen(await show_waiting(tg_id, callback_data.page)))


async def nameless(
    tap: CallbackQuery, callback_data: SeeNameless, tg_id: TelegramId, show_nameless: FromDishka[ShowNameless]
) -> None:
    """Show a page of the money without an owner."""
    await show(tap, nameless_screen(await show_nameless(tg_id, callback_data.page)))


async def assign(
    tap: CallbackQuery, callback_data: AssignTo, tg_id: TelegramId, assign_to: FromDishka[AssignToCustomer]
) -> None:
    """Give the money to the chosen customer."""
    await show(tap, assigned_screen(await assign_to(tg_id, callback_data.receipt, callback_data.customer)))


async def adjustments(tap: CallbackQuery, tg_id: TelegramId, show_adjustments: FromDishka[ShowAdjustments]) -> None:
    """Show what waits for a second admin."""
    await show(tap, adjustments_screen(await show_adjustments(tg_id)))


async def agree(
    tap: CallbackQuery,
    callback_data: ConfirmAdjustment,
    tg_id: TelegramId,
    decide: FromDishka[DecideByStaff],
    show_adjustments: FromDishka[ShowAdjustments],
) -> None:
    """Agree, and show what still waits."""
    await decide(tg_id, callback_data.request, agrees=True)
    await show(tap, decided_screen(await show_adjustments(tg_id), agreed=True))


async def refuse(
    tap: CallbackQuery,
    callback_data: RejectAdjustment,
    tg_id: TelegramId,
    decide: FromDishka[DecideByStaff],
    show_adjustments: FromDishka[ShowAdjustments],
) -> None:
    """Refuse, and show what still waits."""
    await decide(tg_id, callback_data.request, agrees=False)
    await show(tap, decided_screen(await show_adjustments(tg_id), agreed=False))

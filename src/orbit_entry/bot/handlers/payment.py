"""One invoice: request, check, cancel."""

from aiogram import Router
from aiogram.types import CallbackQuery
from dishka import FromDishka

from orbit_adapters.telegram import callbacks
from orbit_adapters.telegram.callbacks import PayBy, SeePayment
from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.screens.payment import checked_screen, payment_screen
from orbit_adapters.telegram.show import show
from orbit_domain.ids import TelegramId
from orbit_domain.use_cases.cancel_payment import CancelPayment
from orbit_domain.use_cases.check_payment import CheckPayment
from orbit_domain.use_cases.request_payment import RequestPayment
from orbit_domain.use_cases.show_payment import ShowPayment


def routes() -> Router:
    """The routes of an invoice's buttons."""
    router = Router(name="payment")
    router.callback_query.register(pay_by, Tapped(PayBy))
    router.callback_query.register(check, Tapped(SeePayment))
    router.callback_query.register(cancel, Tapped(callbacks.CancelPayment))
    return router


async def pay_by(
    tap: CallbackQuery, callback_data: PayBy, tg_id: TelegramId, request_payment: FromDishka[RequestPayment]
) -> None:
    """Make an invoice for the missing amount of the order."""
    await show(tap, payment_screen(await request_payment(tg_id, callback_data.order, callback_data.method)))


async def check(
    tap: CallbackQuery, callback_data: SeePayment, tg_id: TelegramId, check_payment: FromDishka[CheckPayment]
) -> None:
    """Check now whether the payment has arrived."""
    await show(tap, checked_screen(await check_payment(tg_id, callback_data.payment)))


async def cancel(
    tap: CallbackQuery,
    callback_data: callbacks.CancelPayment,
    tg_id: TelegramId,
    cancel_payment: FromDishka[CancelPayment],
    show_payment: FromDishka[ShowPayment],
) -> None:
    """Cancel, then show what happens to money that was sent before."""
    await cancel_payment(tg_id, callback_data.payment)
    await show(tap, payment_screen(await show_payment(tg_id, callback_data.payment)))

"""One invoice: request, check, cancel."""

from aiogram import Router
from aiogram.types import CallbackQuery
from dishka import FromDishka

from orbit_adapters.telegram import callbacks
from orbit_adapters.telegram.callbacks import PayBy, SeePayment
from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.invoices import open_invoice, update_invoice
from orbit_adapters.telegram.screens.payment import checked_screen, payment_screen
from orbit_domain.ids import TelegramId
from orbit_domain.use_cases.cancel_payment import CancelPayment
from orbit_domain.use_cases.check_payment import CheckPayment
from orbit_domain.use_cases.record_invoice_message import RecordInvoiceMessage
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
    tap: CallbackQuery,
    callback_data: PayBy,
    tg_id: TelegramId,
    request_payment: FromDishka[RequestPayment],
    record_invoice_message: FromDishka[RecordInvoiceMessage],
) -> None:
    """Make an invoice for the missing amount of the order."""
    view = await request_payment(tg_id, callback_data.order, callback_data.method)
    await open_invoice(tap, view, record_invoice_message)


async def check(
    tap: CallbackQuery,
    callback_data: SeePayment,
    tg_id: TelegramId,
    check_payment: FromDishka[CheckPayment],
    record_invoice_message: FromDishka[RecordInvoiceMessage],
) -> None:
    """Check now whether the payment has arrived."""
    view = await check_payment(tg_id, callback_data.payment)
    await update_invoice(tap, view, checked_screen(view), record_invoice_message)


async def cancel(
    tap: CallbackQuery,
    callback_data: callbacks.CancelPayment,
    tg_id: TelegramId,
    cancel_payment: FromDishka[CancelPayment],
    show_payment: FromDishka[ShowPayment],
    record_invoice_message: FromDishka[RecordInvoiceMessage],
) -> None:
    """Cancel, then show what happens to money that was sent before."""
    await cancel_payment(tg_id, callback_data.payment)
    view = await show_payment(tg_id, callback_data.payment)
    await update_invoice(tap, view, payment_screen(view), record_invoice_message)

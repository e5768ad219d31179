"""The card that renews the subscription: keep one, look at it, forget it."""

from aiogram import Router
from aiogram.types import CallbackQuery
from dishka import FromDishka

from orbit_adapters.telegram import callbacks
from orbit_adapters.telegram.callbacks import PayKeepingCard, SeeCard
from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.invoices import open_invoice
from orbit_adapters.telegram.screens.card import card_screen
from orbit_adapters.telegram.show import show
from orbit_domain.ids import TelegramId
from orbit_domain.payment.payment import CardUse
from orbit_domain.use_cases.forget_card import ForgetCard
from orbit_domain.use_cases.record_invoice_message import RecordInvoiceMessage
from orbit_domain.use_cases.request_payment import RequestPayment
from orbit_domain.use_cases.show_card import ShowCard


def routes() -> Router:
    """The routes of a card's buttons."""
    router = Router(name="card")
    router.callback_query.register(pay_keeping_card, Tapped(PayKeepingCard))
    router.callback_query.register(card, Tapped(SeeCard))
    router.callback_query.register(forget, Tapped(callbacks.ForgetCard))
    return router


async def pay_keeping_card(
    tap: CallbackQuery,
    callback_data: PayKeepingCard,
    tg_id: TelegramId,
    request_payment: FromDishka[RequestPayment],
    record_invoice_message: FromDishka[RecordInvoiceMessage],
) -> None:
    """Make an invoice whose card is kept."""
    view = await request_payment(tg_id, callback_data.order, callback_data.method, CardUse.KEEP)
    await open_invoice(tap, view, record_invoice_message)


async def card(tap: CallbackQuery, tg_id: TelegramId, show_card: FromDishka[ShowCard]) -> None:
    """Show the card."""
    await show(tap, card_screen(await show_card(tg_id)))


async def forget(
    tap: CallbackQuery, tg_id: TelegramId, forget_card: FromDishka[ForgetCard], show_card: FromDishka[ShowCard]
) -> None:
    """Forget the card, and say so."""
    await forget_card(tg_id)
    await show(tap, card_screen(await show_card(tg_id)))

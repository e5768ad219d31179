"""The balance and its preset top-ups."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message
from dishka import FromDishka

from orbit_adapters.telegram.callbacks import SeeBalance, TopUpAmount, TopUpBy
from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.invoices import open_invoice
from orbit_adapters.telegram.screens.balance import balance_screen, topup_screen
from orbit_adapters.telegram.show import show
from orbit_domain.ids import TelegramId
from orbit_domain.money import Money
from orbit_domain.use_cases.record_invoice_message import RecordInvoiceMessage
from orbit_domain.use_cases.show_statement import ShowStatement
from orbit_domain.use_cases.top_up import TopUp


def routes() -> Router:
    """The balance and its presets."""
    router = Router(name="balance")
    router.message.register(balance, Command("balance", ignore_case=True))
    router.callback_query.register(balance, Tapped(SeeBalance))
    router.callback_query.register(choose_method, Tapped(TopUpAmount))
    router.callback_query.register(top_up_by, Tapped(TopUpBy))
    return router


async def balance(event: Message | CallbackQuery, tg_id: TelegramId, show_statement: FromDishka[ShowStatement]) -> None:
    """Show the balance and its statement."""
    await show(event, balance_screen(await show_statement(tg_id)))


async def choose_method(
    tap: CallbackQuery, callback_data: TopUpAmount, tg_id: TelegramId, show_statement: FromDishka[ShowStatement]
) -> None:
    """An amount was chosen: ask for the method."""
    statement = await show_statement(tg_id)
    await show(tap, topup_screen(statement, Money(callback_data.units, statement.limits.currency)))


async def top_up_by(
    tap: CallbackQuery,
    callback_data: TopUpBy,
    tg_id: TelegramId,
    top_up: FromDishka[TopUp],
    record_invoice_message: FromDishka[RecordInvoiceMessage],
) -> None:
    """Make an invoice for a top-up."""
    view = await top_up(tg_id, Money(callback_data.units, top_up.limits.currency), callback_data.method)
    await open_invoice(tap, view, record_invoice_message)

"""The dialog in which a customer types an amount."""

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from dishka import FromDishka

from orbit_adapters.telegram.callbacks import AskAmount
from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.invoices import open_invoice
from orbit_adapters.telegram.screen import Screen
from orbit_adapters.telegram.screens.balance import ask_amount_screen, topup_screen
from orbit_adapters.telegram.show import show
from orbit_domain.ids import TelegramId
from orbit_domain.money import Money
from orbit_domain.payment.amount import parse_amount
from orbit_domain.use_cases.record_invoice_message import RecordInvoiceMessage
from orbit_domain.use_cases.show_payment import PaymentView
from orbit_domain.use_cases.show_statement import ShowStatement, Statement
from orbit_domain.use_cases.top_up import TopUp


class CustomAmount(StatesGroup):
    """Waiting for a typed amount."""

    typed = State()


def routes() -> Router:
    """The question and its answer. Routers with commands come before this one, so commands always work."""
    router = Router(name="custom_amount")
    router.callback_query.register(ask_amount, Tapped(AskAmount))
    router.message.register(receive_amount, StateFilter(CustomAmount.typed))
    return router


async def ask_amount(
    tap: CallbackQuery, tg_id: TelegramId, state: FSMContext, show_statement: FromDishka[ShowStatement]
) -> None:
    """Ask for an amount."""
    statement = await show_statement(tg_id)
    await state.set_state(CustomAmount.typed)
    await show(tap, ask_amount_screen(statement))


async def receive_amount(
    message: Message,
    tg_id: TelegramId,
    state: FSMContext,
    show_statement: FromDishka[ShowStatement],
    top_up: FromDishka[TopUp],
    record_invoice_message: FromDishka[RecordInvoiceMessage],
) -> None:
    """Read the typed amount. After a refused one the dialog stays open, so that another can be typed at once."""
    statement = await show_statement(tg_id)
    amount = parse_amount(message.text or "", statement.limits.currency)
    answer = await _invoice_or_methods(statement, amount, top_up)
    await state.clear()
    if isinstance(answer, PaymentView):
        await open_invoice(message, answer, record_invoice_message)
    else:
        await show(message, answer)


async def _invoice_or_methods(statement: Statement, amount: Money, top_up: TopUp) -> PaymentView | Screen:
    """The methods to choose from. With only one, its invoice at once."""
    if len(statement.methods) == 1:
        return await top_up(statement.user.tg_id, amount, statement.methods[0])
    return topup_screen(statement, amount)

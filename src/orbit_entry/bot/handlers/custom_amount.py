"""The one dialog: a sum that the customer types."""

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from dishka import FromDishka

from orbit_adapters.telegram.callbacks import AskAmount
from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.screen import Screen
from orbit_adapters.telegram.screens.balance import ask_sum_screen, topup_screen
from orbit_adapters.telegram.screens.payment import payment_screen
from orbit_adapters.telegram.show import show
from orbit_domain.ids import TelegramId
from orbit_domain.money import Money
from orbit_domain.payment.amount import parse_amount
from orbit_domain.use_cases.show_statement import ShowStatement, Statement
from orbit_domain.use_cases.top_up import TopUp


class CustomAmount(StatesGroup):
    """Waiting for a typed sum."""

    typed = State()


def routes() -> Router:
    """The question and its answer. Commands come before, so that they always work."""
    router = Router(name="own_sum")
    router.callback_query.register(ask_sum, Tapped(AskAmount))
    router.message.register(take_sum, StateFilter(CustomAmount.typed))
    return router


async def ask_sum(
    tap: CallbackQuery, tg_id: TelegramId, state: FSMContext, show_statement: FromDishka[ShowStatement]
) -> None:
    """Ask for it."""
    statement = await show_statement(tg_id)
    await state.set_state(CustomAmount.typed)
    await show(tap, ask_sum_screen(statement))


async def take_sum(
    message: Message,
    tg_id: TelegramId,
    state: FSMContext,
    show_statement: FromDishka[ShowStatement],
    top_up: FromDishka[TopUp],
) -> None:
    """Take it. A refused sum leaves the question open, so that another can be typed at once."""
    amount = parse_amount(message.text or "")
    screen = await _bill_or_choice(await show_statement(tg_id), amount, top_up)
    await state.clear()
    await show(message, screen)


async def _bill_or_choice(statement: Statement, amount: Money, top_up: TopUp) -> Screen:
    """A choice of one method is no choice: its bill comes at once."""
    if len(statement.methods) == 1:
        return payment_screen(await top_up(statement.user.tg_id, amount, statement.methods[0]))
    return topup_screen(statement, amount)

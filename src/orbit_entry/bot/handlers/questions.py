"""The dialogs between a customer and the staff."""

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from dishka import FromDishka

from orbit_adapters.telegram import support_callbacks
from orbit_adapters.telegram.callbacks import WriteToOwner
from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.screens.cases import missed_money_told_screen, own_case_screen
from orbit_adapters.telegram.screens.questions import (
    answer_sent_screen,
    ask_answer_screen,
    question_passed_on_screen,
)
from orbit_adapters.telegram.show import show
from orbit_adapters.telegram.support_callbacks import ReportPayment
from orbit_domain.ids import TelegramId
from orbit_domain.support.case import CaseSubject
from orbit_domain.use_cases.answer_customer import AnswerCustomer
from orbit_domain.use_cases.ask_owner import AskOwner
from orbit_domain.use_cases.show_cases import ShowOwnCase
from orbit_domain.use_cases.show_home import ShowHome

_CUSTOMER = "customer"


class Question(StatesGroup):
    """Waiting for what a customer asks, or for an admin's answer."""

    asked = State()
    answered = State()


def routes() -> Router:
    """Both dialogs. Routers with commands come before this one, so commands always work."""
    router = Router(name="questions")
    router.callback_query.register(ask_question, Tapped(WriteToOwner))
    router.callback_query.register(report_payment, Tapped(ReportPayment))
    router.message.register(receive_question, StateFilter(Question.asked))
    router.callback_query.register(ask_answer, Tapped(support_callbacks.AnswerCustomer))
    router.message.register(receive_answer, StateFilter(Question.answered))
    return router


async def ask_question(
    tap: CallbackQuery, tg_id: TelegramId, state: FSMContext, show_own_case: FromDishka[ShowOwnCase]
) -> None:
    """Ask what to pass on, below what was written before."""
    own = await show_own_case(tg_id)
    await state.set_state(Question.asked)
    await show(tap, own_case_screen(own))


async def report_payment(
    tap: CallbackQuery, tg_id: TelegramId, state: FSMContext, ask_owner: FromDishka[AskOwner]
) -> None:
    """Tell the shop that the money isn't there. What is typed next is passed on too."""
    user = await ask_owner(tg_id, "", CaseSubject.PAYMENT)
    await state.set_state(Question.asked)
    await show(tap, missed_money_told_screen(user))


async def receive_question(
    message: Message, tg_id: TelegramId, state: FSMContext, ask_owner: FromDishka[AskOwner]
) -> None:
    """Pass the question on. After a refused one the dialog stays open."""
    user = await ask_owner(tg_id, message.text or message.caption or "")
    await state.clear()
    await show(message, question_passed_on_screen(user))


async def ask_answer(
    tap: CallbackQuery,
    callback_data: support_callbacks.AnswerCustomer,
    tg_id: TelegramId,
    state: FSMContext,
    show_home: FromDishka[ShowHome],
) -> None:
    """Ask an admin for the answer."""
    home = await show_home(tg_id)
    await state.set_state(Question.answered)
    await state.set_data({_CUSTOMER: callback_data.customer})
    await show(tap, ask_answer_screen(home, callback_data.customer))


async def receive_answer(
    message: Message, tg_id: TelegramId, state: FSMContext, answer_customer: FromDishka[AnswerCustomer]
) -> None:
    """Pass the answer on. After a refused one the dialog stays open."""
    data = await state.get_data()
    admin = await answer_customer(tg_id, TelegramId(data.get(_CUSTOMER, 0)), message.text or "")
    await state.clear()
    await show(message, answer_sent_screen(admin))

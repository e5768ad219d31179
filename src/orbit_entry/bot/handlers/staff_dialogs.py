"""What the staff types: whom to find, whose money it is, who gets a role, and what an action needs."""

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from dishka import FromDishka

from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.screens.admin_staff import ask_person_screen, people_screen
from orbit_adapters.telegram.screens.customer_card import performed_screen
from orbit_adapters.telegram.screens.customer_search import (
    ask_search_screen,
    ask_whose_screen,
    found_screen,
    whose_screen,
)
from orbit_adapters.telegram.screens.staff_actions import staff_action_screen
from orbit_adapters.telegram.show import show
from orbit_adapters.telegram.staff_callbacks import (
    AskPerson,
    AskSearch,
    AskWhose,
    BeginRefund,
    BeginStaffAction,
    ConfirmStaffAction,
)
from orbit_domain.ids import TelegramId
from orbit_domain.payment.receipt import ReceiptCode
from orbit_domain.use_cases.assign_to_customer import AssignToCustomer
from orbit_domain.use_cases.change_role import ShowStaff
from orbit_domain.use_cases.find_customers import FindCustomers
from orbit_domain.use_cases.perform_staff_action import PerformStaffAction
from orbit_domain.use_cases.prepare_staff_action import PrepareStaffAction
from orbit_domain.use_cases.show_customer import ShowCustomer
from orbit_domain.use_cases.staff_action import StaffAction

_RECEIPT = "receipt"


class StaffTypes(StatesGroup):
    """Waiting for what names a customer, for whose money it is, for who gets a role, or for what an action needs."""

    customer = State()
    owner_of_money = State()
    person = State()
    action = State()


def routes() -> Router:
    """Each question and its answer. Routers with commands come before this one, so commands always work."""
    router = Router(name="staff_dialogs")
    router.callback_query.register(ask_search, Tapped(AskSearch))
    router.message.register(receive_search, StateFilter(StaffTypes.customer))
    router.callback_query.register(ask_whose, Tapped(AskWhose))
    router.message.register(receive_whose, StateFilter(StaffTypes.owner_of_money))
    router.callback_query.register(ask_person, Tapped(AskPerson))
    router.message.register(receive_person, StateFilter(StaffTypes.person))
    router.callback_query.register(begin_staff_action, Tapped(BeginStaffAction))
    router.callback_query.register(begin_refund, Tapped(BeginRefund))
    router.message.register(receive_answer, StateFilter(StaffTypes.action))
    router.callback_query.register(confirm_staff_action, Tapped(ConfirmStaffAction))
    return router


async def ask_search(
    tap: CallbackQuery, tg_id: TelegramId, state: FSMContext, find_customers: FromDishka[FindCustomers]
) -> None:
    """Ask whom to find."""
    nobody = await find_customers(tg_id, "")
    await state.set_state(StaffTypes.customer)
    await show(tap, ask_search_screen(nobody.user))


async def receive_search(message: Message, tg_id: TelegramId, find_customers: FromDishka[FindCustomers]) -> None:
    """Show whom the text names. The dialog stays open, so that another text can be sent at once."""
    await show(message, found_screen(await find_customers(tg_id, message.text or "")))


async def ask_whose(
    tap: CallbackQuery,
    callback_data: AskWhose,
    tg_id: TelegramId,
    state: FSMContext,
    assign_to: FromDishka[AssignToCustomer],
) -> None:
    """Ask whose an unmatched receipt is."""
    user, receipt = await assign_to.find(tg_id, callback_data.receipt)
    await state.set_state(StaffTypes.owner_of_money)
    await state.set_data({_RECEIPT: callback_data.receipt})
    await show(tap, ask_whose_screen(user, receipt))


async def receive_whose(
    message: Message,
    tg_id: TelegramId,
    state: FSMContext,
    find_customers: FromDishka[FindCustomers],
    assign_to: FromDishka[AssignToCustomer],
) -> None:
    """Show the customers that were meant. The dialog stays open."""
    data = await state.get_data()
    _, receipt = await assign_to.find(tg_id, ReceiptCode(str(data.get(_RECEIPT, ""))))
    await show(message, whose_screen(await find_customers(tg_id, message.text or ""), receipt))


async def ask_person(
    tap: CallbackQuery, tg_id: TelegramId, state: FSMContext, show_staff: FromDishka[ShowStaff]
) -> None:
    """Ask who is to get a role."""
    view = await show_staff(tg_id)
    await state.set_state(StaffTypes.person)
    await show(tap, ask_person_screen(view.user))


async def receive_person(message: Message, tg_id: TelegramId, find_customers: FromDishka[FindCustomers]) -> None:
    """Show the people that were meant. The dialog stays open."""
    await show(message, people_screen(await find_customers(tg_id, message.text or "")))


async def begin_staff_action(
    tap: CallbackQuery,
    callback_data: BeginStaffAction,
    tg_id: TelegramId,
    state: FSMContext,
    prepare_staff_action: FromDishka[PrepareStaffAction],
) -> None:
    """Begin something with a customer: ask what it needs."""
    preview = await prepare_staff_action(tg_id, callback_data.action, callback_data.customer)
    await state.set_state(StaffTypes.action)
    await state.set_data(preview.draft.document())
    await show(tap, staff_action_screen(preview))


async def begin_refund(
    tap: CallbackQuery,
    callback_data: BeginRefund,
    tg_id: TelegramId,
    state: FSMContext,
    prepare_staff_action: FromDishka[PrepareStaffAction],
) -> None:
    """Begin the refund of an order: ask for the reason."""
    preview = await prepare_staff_action(tg_id, StaffAction.REFUND, callback_data.customer, callback_data.order)
    await state.set_state(StaffTypes.action)
    await state.set_data(preview.draft.document())
    await show(tap, staff_action_screen(preview))


async def receive_answer(
    message: Message, tg_id: TelegramId, state: FSMContext, prepare_staff_action: FromDishka[PrepareStaffAction]
) -> None:
    """Take the answer, and ask the next question. After a refused answer the dialog stays open."""
    preview = await prepare_staff_action.answer(tg_id, await state.get_data(), message.text or "")
    await state.set_data(preview.draft.document())
    await show(message, staff_action_screen(preview))


async def confirm_staff_action(
    tap: CallbackQuery,
    callback_data: ConfirmStaffAction,
    tg_id: TelegramId,
    state: FSMContext,
    perform_staff_action: FromDishka[PerformStaffAction],
    show_customer: FromDishka[ShowCustomer],
) -> None:
    """Do it, and show the customer's card. A refused action can be tried again, as after a failure."""
    performed = await perform_staff_action(tg_id, await state.get_data(), callback_data.request)
    await state.clear()
    await show(tap, performed_screen(await show_customer(tg_id, performed.draft.customer), performed))

"""The dialog in which a customer says where money is to go back."""

from uuid import UUID

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from dishka import FromDishka

from orbit_adapters.telegram.callbacks import AskPayoutAddress, ConfirmPayoutAddress, UseSenderAddress
from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.screens.payout_address import (
    address_given_screen,
    ask_address_screen,
    confirm_address_screen,
)
from orbit_adapters.telegram.show import show
from orbit_domain.ids import PaymentId, TelegramId
from orbit_domain.use_cases.check_payout_address import CheckPayoutAddress
from orbit_domain.use_cases.give_payout_address import GivePayoutAddress
from orbit_domain.use_cases.show_payout_question import ShowPayoutQuestion

_PAYMENT = "payment"
_TYPED = "typed"
_NO_PAYMENT = UUID(int=0).hex


class PayoutAddress(StatesGroup):
    """Waiting for an address."""

    typed = State()


def routes() -> Router:
    """The question, its answers, and what confirms one. Routers with commands come before, so commands always work."""
    router = Router(name="payout_address")
    router.callback_query.register(ask_address, Tapped(AskPayoutAddress))
    router.callback_query.register(use_sender, Tapped(UseSenderAddress))
    router.callback_query.register(confirm, Tapped(ConfirmPayoutAddress))
    router.message.register(receive_address, StateFilter(PayoutAddress.typed))
    return router


async def ask_address(
    tap: CallbackQuery,
    callback_data: AskPayoutAddress,
    tg_id: TelegramId,
    state: FSMContext,
    show_question: FromDishka[ShowPayoutQuestion],
) -> None:
    """Ask for the address."""
    question = await show_question(tg_id, callback_data.payment)
    await state.set_state(PayoutAddress.typed)
    await state.set_data({_PAYMENT: callback_data.payment.hex})
    await show(tap, ask_address_screen(question))


async def receive_address(
    message: Message, tg_id: TelegramId, state: FSMContext, check_address: FromDishka[CheckPayoutAddress]
) -> None:
    """Show the typed address in full. After a refused one the dialog stays open, so that another can be typed."""
    data, typed = await state.get_data(), message.text or "?"
    checked = await check_address(tg_id, PaymentId(UUID(data.get(_PAYMENT, _NO_PAYMENT))), typed)
    await state.update_data({_TYPED: typed})
    await show(message, confirm_address_screen(checked))


async def use_sender(
    tap: CallbackQuery,
    callback_data: UseSenderAddress,
    tg_id: TelegramId,
    state: FSMContext,
    check_address: FromDishka[CheckPayoutAddress],
) -> None:
    """Show the address that the payment came from in full."""
    checked = await check_address(tg_id, callback_data.payment, "")
    await state.set_state(PayoutAddress.typed)
    await state.set_data({_PAYMENT: callback_data.payment.hex, _TYPED: ""})
    await show(tap, confirm_address_screen(checked))


async def confirm(
    tap: CallbackQuery,
    callback_data: ConfirmPayoutAddress,
    tg_id: TelegramId,
    state: FSMContext,
    give_address: FromDishka[GivePayoutAddress],
) -> None:
    """Record the address that the button was shown with."""
    data = await state.get_data()
    given = await give_address(tg_id, callback_data.payment, data.get(_TYPED, ""), callback_data.stamp)
    await state.clear()
    await show(tap, address_given_screen(given))

"""The dialog in which a customer names a transfer without a comment."""

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from dishka import FromDishka

from orbit_adapters.telegram.callbacks import ClaimTransfer
from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.screens.claims import ask_transfer_screen, claim_passed_on_screen
from orbit_adapters.telegram.show import show
from orbit_domain.ids import TelegramId
from orbit_domain.use_cases.claim_receipt import ClaimReceipt
from orbit_domain.use_cases.show_home import ShowHome


class TransferClaim(StatesGroup):
    """Waiting for a link, a hash or an address."""

    typed = State()


def routes() -> Router:
    """The question and its answer. Routers with commands come before this one, so commands always work."""
    router = Router(name="transfer_claim")
    router.callback_query.register(ask_transfer, Tapped(ClaimTransfer))
    router.message.register(receive_transfer, StateFilter(TransferClaim.typed))
    return router


async def ask_transfer(
    tap: CallbackQuery, tg_id: TelegramId, state: FSMContext, show_home: FromDishka[ShowHome]
) -> None:
    """Ask which transfer it is."""
    home = await show_home(tg_id)
    await state.set_state(TransferClaim.typed)
    await show(tap, ask_transfer_screen(home))


async def receive_transfer(
    message: Message, tg_id: TelegramId, state: FSMContext, claim_receipt: FromDishka[ClaimReceipt]
) -> None:
    """Pass the claim on. After a refused one the dialog stays open, so that another can be sent at once."""
    user = await claim_receipt(tg_id, message.text or "")
    await state.clear()
    await show(message, claim_passed_on_screen(user))

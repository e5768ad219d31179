"""The dialog in which a customer types a promo code, and the buttons that enter one."""

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from dishka import FromDishka

from orbit_adapters.telegram.callbacks import AskPromo, UsePromo
from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.screens.promo import ask_promo_screen, promo_screen
from orbit_adapters.telegram.show import show
from orbit_domain.ids import TelegramId
from orbit_domain.use_cases.apply_promo import ApplyPromo
from orbit_domain.use_cases.show_home import ShowHome


class TypedPromo(StatesGroup):
    """Waiting for a typed code."""

    typed = State()


def routes() -> Router:
    """The question, its answer, and codes on buttons. Routers with commands come before this one."""
    router = Router(name="promo")
    router.callback_query.register(ask_promo, Tapped(AskPromo))
    router.callback_query.register(use_promo, Tapped(UsePromo))
    router.message.register(receive_promo, StateFilter(TypedPromo.typed))
    return router


async def ask_promo(tap: CallbackQuery, tg_id: TelegramId, state: FSMContext, show_home: FromDishka[ShowHome]) -> None:
    """Ask for a code."""
    home = await show_home(tg_id)
    await state.set_state(TypedPromo.typed)
    await show(tap, ask_promo_screen(home))


async def use_promo(
    tap: CallbackQuery, callback_data: UsePromo, tg_id: TelegramId, apply_promo: FromDishka[ApplyPromo]
) -> None:
    """Enter the code of the button."""
    await show(tap, promo_screen(await apply_promo(tg_id, callback_data.code)))


async def receive_promo(
    message: Message, tg_id: TelegramId, state: FSMContext, apply_promo: FromDishka[ApplyPromo]
) -> None:
    """Enter the typed code. After a refused one the dialog stays open, so that another can be typed at once."""
    applied = await apply_promo(tg_id, message.text or "")
    await state.clear()
    await show(message, promo_screen(applied))

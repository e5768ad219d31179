"""The dialog in which a customer names a key."""

from uuid import UUID

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from dishka import FromDishka

from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.key_callbacks import AskKeyName
from orbit_adapters.telegram.screens.keys import ask_name_screen, keys_screen
from orbit_adapters.telegram.show import show
from orbit_domain.ids import KeyId, TelegramId
from orbit_domain.use_cases.list_keys import ListKeys
from orbit_domain.use_cases.rename_key import RenameKey

_KEY = "key"
_NO_KEY = UUID(int=0).hex


class KeyName(StatesGroup):
    """Waiting for a typed name."""

    typed = State()


def routes() -> Router:
    """The question and its answer. Routers with commands come before this one, so commands always work."""
    router = Router(name="key_name")
    router.callback_query.register(ask_name, Tapped(AskKeyName))
    router.message.register(receive_name, StateFilter(KeyName.typed))
    return router


async def ask_name(
    tap: CallbackQuery,
    callback_data: AskKeyName,
    tg_id: TelegramId,
    state: FSMContext,
    list_keys: FromDishka[ListKeys],
) -> None:
    """Ask for the name."""
    listed = await list_keys(tg_id)
    await state.set_state(KeyName.typed)
    await state.set_data({_KEY: callback_data.key.hex})
    await show(tap, ask_name_screen(listed, callback_data.key))


async def receive_name(
    message: Message,
    tg_id: TelegramId,
    state: FSMContext,
    rename_key: FromDishka[RenameKey],
    list_keys: FromDishka[ListKeys],
) -> None:
    """Read the typed name. After a refused one the dialog stays open, so that another can be typed at once."""
    data = await state.get_data()
    await rename_key(tg_id, KeyId(UUID(data.get(_KEY, _NO_KEY))), message.text or "")
    await state.clear()
    await show(message, keys_screen(await list_keys(tg_id)))

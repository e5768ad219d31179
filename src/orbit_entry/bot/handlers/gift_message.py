"""The dialog in which a giver writes the words that go with a gift."""

from uuid import UUID

from aiogram import Bot, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from dishka import FromDishka

from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.gift_callbacks import AskGiftMessage
from orbit_adapters.telegram.screens.gifts import ask_gift_message_screen, gift_screen
from orbit_adapters.telegram.show import show
from orbit_domain.ids import OrderId, TelegramId
from orbit_domain.use_cases.show_gift import ShowGift
from orbit_domain.use_cases.write_gift_message import WriteGiftMessage

_ORDER = "order"
_NO_ORDER = UUID(int=0).hex


class GiftMessage(StatesGroup):
    """Waiting for a typed message."""

    typed = State()


def routes() -> Router:
    """The question and its answer. Routers with commands come before this one, so commands always work."""
    router = Router(name="gift_message")
    router.callback_query.register(ask_message, Tapped(AskGiftMessage))
    router.message.register(receive_message, StateFilter(GiftMessage.typed))
    return router


async def ask_message(
    tap: CallbackQuery,
    callback_data: AskGiftMessage,
    tg_id: TelegramId,
    state: FSMContext,
    show_gift: FromDishka[ShowGift],
) -> None:
    """Ask for the words."""
    view = await show_gift(tg_id, callback_data.order)
    await state.set_state(GiftMessage.typed)
    await state.set_data({_ORDER: callback_data.order.hex})
    await show(tap, ask_gift_message_screen(view))


async def receive_message(
    message: Message,
    tg_id: TelegramId,
    state: FSMContext,
    bot: Bot,
    write_gift_message: FromDishka[WriteGiftMessage],
    show_gift: FromDishka[ShowGift],
) -> None:
    """Read the typed words. After refused ones the dialog stays open, so that others can be typed at once."""
    data = await state.get_data()
    order_id = OrderId(UUID(data.get(_ORDER, _NO_ORDER)))
    await write_gift_message(tg_id, order_id, message.text or "")
    await state.clear()
    await show(message, gift_screen(await show_gift(tg_id, order_id), (await bot.me()).username or ""))

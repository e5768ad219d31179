"""One setting of the shop: its new value is typed, previewed and saved, or the earlier one holds again."""

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from dishka import FromDishka

from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.screens.shop_settings import (
    setting_preview_screen,
    setting_saved_screen,
    shop_setting_screen,
)
from orbit_adapters.telegram.setting_callbacks import ResetSetting, SaveSetting, SeeShopSetting
from orbit_adapters.telegram.show import show
from orbit_domain.ids import TelegramId
from orbit_domain.shop_setting.setting import SettingName
from orbit_domain.use_cases.change_shop_setting import ChangeShopSetting
from orbit_domain.use_cases.draft_shop_setting import DraftShopSetting, awaited
from orbit_domain.use_cases.show_shop_settings import ShowShopSettings


class NewValue(StatesGroup):
    """Waiting for the value of the setting that is shown."""

    typed = State()


def routes() -> Router:
    """The setting and its value. Routers with commands come before this one, so commands always work."""
    router = Router(name="setting_values")
    router.callback_query.register(shop_setting, Tapped(SeeShopSetting))
    router.message.register(receive_value, StateFilter(NewValue.typed))
    router.callback_query.register(save, Tapped(SaveSetting))
    router.callback_query.register(reset, Tapped(ResetSetting))
    return router


async def shop_setting(
    tap: CallbackQuery,
    callback_data: SeeShopSetting,
    tg_id: TelegramId,
    state: FSMContext,
    show_shop_settings: FromDishka[ShowShopSettings],
) -> None:
    """Show it. Where its value is typed, the next message is it."""
    await state.clear()
    view = await show_shop_settings.one(tg_id, callback_data.name)
    await _wait(state, callback_data.name)
    await show(tap, shop_setting_screen(view))


async def receive_value(
    message: Message, tg_id: TelegramId, state: FSMContext, draft_shop_setting: FromDishka[DraftShopSetting]
) -> None:
    """Show what customers would see. After a refused value the dialog stays open, and so it does for a better one."""
    html = message.html_text if message.text else ""
    preview = await draft_shop_setting(tg_id, await state.get_data(), message.text or "", html)
    await state.set_data(preview.draft.document())
    await show(message, setting_preview_screen(preview))


async def save(
    tap: CallbackQuery,
    callback_data: SaveSetting,
    tg_id: TelegramId,
    state: FSMContext,
    draft_shop_setting: FromDishka[DraftShopSetting],
    show_shop_settings: FromDishka[ShowShopSettings],
) -> None:
    """Save the draft, and show the setting. A refused draft can be saved again, as after a failure."""
    name = await draft_shop_setting.save(tg_id, await state.get_data(), callback_data.request)
    await _wait(state, name)
    await show(tap, setting_saved_screen(await show_shop_settings.one(tg_id, name)))


async def reset(
    tap: CallbackQuery,
    callback_data: ResetSetting,
    tg_id: TelegramId,
    state: FSMContext,
    change_shop_setting: FromDishka[ChangeShopSetting],
    show_shop_settings: FromDishka[ShowShopSettings],
) -> None:
    """The earlier value holds again; show the setting."""
    await change_shop_setting.reset(tg_id, callback_data.name)
    await _wait(state, callback_data.name)
    await show(tap, setting_saved_screen(await show_shop_settings.one(tg_id, callback_data.name)))


async def _wait(state: FSMContext, name: SettingName) -> None:
    """The next message is a value of *name*, if values of it are typed."""
    if name.is_typed:
        await state.set_state(NewValue.typed)
        await state.set_data(awaited(name))
    else:
        await state.clear()

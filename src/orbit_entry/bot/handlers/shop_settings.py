"""The shop's settings: the list, and what a button alone changes."""

from aiogram import Router
from aiogram.types import CallbackQuery
from dishka import FromDishka

from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.screens.shop_settings import setting_saved_screen, shop_settings_screen
from orbit_adapters.telegram.setting_callbacks import (
    PlaceMethod,
    SeeShopSettings,
    SwitchMethod,
    SwitchSetting,
)
from orbit_adapters.telegram.show import show
from orbit_domain.ids import TelegramId
from orbit_domain.shop_setting.setting import ON, SettingName
from orbit_domain.use_cases.change_shop_setting import ChangeShopSetting
from orbit_domain.use_cases.show_shop_settings import ShowShopSettings


def routes() -> Router:
    """The routes to the list, the switches and the ways to pay."""
    router = Router(name="shop_settings")
    router.callback_query.register(shop_settings, Tapped(SeeShopSettings))
    router.callback_query.register(switch, Tapped(SwitchSetting))
    router.callback_query.register(switch_method, Tapped(SwitchMethod))
    router.callback_query.register(place_method, Tapped(PlaceMethod))
    return router


async def shop_settings(
    tap: CallbackQuery, tg_id: TelegramId, show_shop_settings: FromDishka[ShowShopSettings]
) -> None:
    """Show every setting that the role may change."""
    await show(tap, shop_settings_screen(await show_shop_settings(tg_id)))


async def switch(
    tap: CallbackQuery,
    callback_data: SwitchSetting,
    tg_id: TelegramId,
    change_shop_setting: FromDishka[ChangeShopSetting],
    show_shop_settings: FromDishka[ShowShopSettings],
) -> None:
    """Turn it on or off, and show it."""
    await change_shop_setting(tg_id, callback_data.name, callback_data.value)
    await show(tap, setting_saved_screen(await show_shop_settings.one(tg_id, callback_data.name)))


async def switch_method(
    tap: CallbackQuery,
    callback_data: SwitchMethod,
    tg_id: TelegramId,
    change_shop_setting: FromDishka[ChangeShopSetting],
    show_shop_settings: FromDishka[ShowShopSettings],
) -> None:
    """Offer a way to pay, or not, and show all of them."""
    await change_shop_setting.switch_method(tg_id, callback_data.method, is_on=callback_data.value == ON)
    await show(tap, setting_saved_screen(await show_shop_settings.one(tg_id, SettingName.PAYMENT_METHODS)))


async def place_method(
    tap: CallbackQuery,
    callback_data: PlaceMethod,
    tg_id: TelegramId,
    change_shop_setting: FromDishka[ChangeShopSetting],
    show_shop_settings: FromDishka[ShowShopSettings],
) -> None:
    """Show a way to pay at another place, and show all of them."""
    await change_shop_setting.place_method(tg_id, callback_data.method, callback_data.position)
    await show(tap, setting_saved_screen(await show_shop_settings.one(tg_id, SettingName.PAYMENT_METHODS)))

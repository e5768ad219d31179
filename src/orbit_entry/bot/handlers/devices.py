"""The devices that use the link."""

from aiogram import Router
from aiogram.types import CallbackQuery
from dishka import FromDishka

from orbit_adapters.telegram import callbacks
from orbit_adapters.telegram.callbacks import SeeDevices
from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.screens.devices import devices_screen
from orbit_adapters.telegram.show import show
from orbit_domain.ids import TelegramId
from orbit_domain.use_cases.show_devices import RemoveDevice, ShowDevices


def routes() -> Router:
    """The routes to devices."""
    router = Router(name="devices")
    router.callback_query.register(devices, Tapped(SeeDevices))
    router.callback_query.register(remove, Tapped(callbacks.RemoveDevice))
    return router


async def devices(tap: CallbackQuery, tg_id: TelegramId, show_devices: FromDishka[ShowDevices]) -> None:
    """Show all devices."""
    await show(tap, devices_screen(await show_devices(tg_id)))


async def remove(
    tap: CallbackQuery,
    callback_data: callbacks.RemoveDevice,
    tg_id: TelegramId,
    remove_device: FromDishka[RemoveDevice],
    show_devices: FromDishka[ShowDevices],
) -> None:
    """Free the place of a device, and show the others."""
    await remove_device(tg_id, callback_data.stamp)
    await show(tap, devices_screen(await show_devices(tg_id)))

"""Whether the subscription renews from the balance."""

from aiogram import Router
from aiogram.types import CallbackQuery
from dishka import FromDishka

from orbit_adapters.telegram import renewal_callbacks
from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.renewal_callbacks import SeeAutoRenewal
from orbit_adapters.telegram.screens.auto_renewal import ON, auto_renewal_screen, auto_renewal_switched_screen
from orbit_adapters.telegram.show import show
from orbit_domain.ids import TelegramId
from orbit_domain.use_cases.show_auto_renewal import ShowAutoRenewal
from orbit_domain.use_cases.switch_auto_renewal import SwitchAutoRenewal


def routes() -> Router:
    """The routes of the switch."""
    router = Router(name="auto_renewal")
    router.callback_query.register(auto_renewal, Tapped(SeeAutoRenewal))
    router.callback_query.register(switch, Tapped(renewal_callbacks.SwitchAutoRenewal))
    return router


async def auto_renewal(tap: CallbackQuery, tg_id: TelegramId, show_auto_renewal: FromDishka[ShowAutoRenewal]) -> None:
    """Show the switch."""
    await show(tap, auto_renewal_screen(await show_auto_renewal(tg_id)))


async def switch(
    tap: CallbackQuery,
    callback_data: renewal_callbacks.SwitchAutoRenewal,
    tg_id: TelegramId,
    switch_auto_renewal: FromDishka[SwitchAutoRenewal],
) -> None:
    """Turn the switch, and say what happens now."""
    renewal = await switch_auto_renewal(tg_id, on=callback_data.turned == ON)
    await show(tap, auto_renewal_switched_screen(renewal))

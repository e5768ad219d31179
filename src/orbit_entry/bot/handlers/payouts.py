"""Money that the owner sends back by hand."""

from aiogram import Router
from aiogram.types import CallbackQuery
from dishka import FromDishka

from orbit_adapters.telegram import callbacks
from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.screens.payout_address import payout_link_screen
from orbit_adapters.telegram.show import show
from orbit_domain.ids import TelegramId
from orbit_domain.use_cases.take_payout_link import TakePayoutLink


def routes() -> Router:
    """The route of the button below the owner's notice."""
    router = Router(name="payouts")
    router.callback_query.register(take_link, Tapped(callbacks.TakePayoutLink))
    return router


async def take_link(
    tap: CallbackQuery,
    callback_data: callbacks.TakePayoutLink,
    tg_id: TelegramId,
    take_payout_link: FromDishka[TakePayoutLink],
) -> None:
    """Show what to send."""
    await show(tap, payout_link_screen(await take_payout_link(tg_id, callback_data.payment)))

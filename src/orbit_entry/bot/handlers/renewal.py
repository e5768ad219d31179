"""The subscription that Telegram charges again: look at it, stop it, take it up again."""

from aiogram import Router
from aiogram.types import CallbackQuery
from dishka import FromDishka

from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.renewal_callbacks import AllowRenewal, AskStopRenewal, SeeRenewal, StopRenewal
from orbit_adapters.telegram.screens.renewal import ask_stop_screen, renewal_answer_screen, renewal_screen
from orbit_adapters.telegram.show import show
from orbit_domain.ids import TelegramId
from orbit_domain.payment.recurrence import RenewalWish
from orbit_domain.use_cases.edit_renewal import EditRenewal
from orbit_domain.use_cases.show_renewal import ShowRenewal


def routes() -> Router:
    """The routes of a renewal's buttons."""
    router = Router(name="renewal")
    router.callback_query.register(renewal, Tapped(SeeRenewal))
    router.callback_query.register(ask_stop, Tapped(AskStopRenewal))
    router.callback_query.register(stop, Tapped(StopRenewal))
    router.callback_query.register(allow, Tapped(AllowRenewal))
    return router


async def renewal(tap: CallbackQuery, tg_id: TelegramId, show_renewal: FromDishka[ShowRenewal]) -> None:
    """Show when Telegram charges next."""
    await show(tap, renewal_screen(await show_renewal(tg_id)))


async def ask_stop(tap: CallbackQuery, tg_id: TelegramId, show_renewal: FromDishka[ShowRenewal]) -> None:
    """Ask whether it is to stop."""
    await show(tap, ask_stop_screen(await show_renewal(tg_id)))


async def stop(
    tap: CallbackQuery,
    callback_data: StopRenewal,
    tg_id: TelegramId,
    edit_renewal: FromDishka[EditRenewal],
    show_renewal: FromDishka[ShowRenewal],
) -> None:
    """Stop it, and say what Telegram has answered."""
    outcome = await edit_renewal(tg_id, callback_data.payment, RenewalWish.STOP)
    await show(tap, renewal_answer_screen(await show_renewal(tg_id), RenewalWish.STOP, outcome))


async def allow(
    tap: CallbackQuery,
    callback_data: AllowRenewal,
    tg_id: TelegramId,
    edit_renewal: FromDishka[EditRenewal],
    show_renewal: FromDishka[ShowRenewal],
) -> None:
    """Let Telegram offer it again, and say what is left to do there."""
    outcome = await edit_renewal(tg_id, callback_data.payment, RenewalWish.ALLOW)
    await show(tap, renewal_answer_screen(await show_renewal(tg_id), RenewalWish.ALLOW, outcome))

"""Unmatched money: an admin decides whose it is."""

from aiogram import Router
from aiogram.types import CallbackQuery
from dishka import FromDishka

from orbit_adapters.telegram import callbacks
from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.screens.claims import assigned_screen, rejected_screen
from orbit_adapters.telegram.show import show
from orbit_domain.ids import TelegramId
from orbit_domain.use_cases.approve_claim import ApproveClaim
from orbit_domain.use_cases.assign_suggested import AssignSuggested
from orbit_domain.use_cases.reject_claim import RejectClaim


def routes() -> Router:
    """The routes of the buttons below the owner's notices."""
    router = Router(name="claims")
    router.callback_query.register(approve, Tapped(callbacks.ApproveClaim))
    router.callback_query.register(reject, Tapped(callbacks.RejectClaim))
    router.callback_query.register(assign_suggested, Tapped(callbacks.AssignSuggested))
    return router


async def approve(
    tap: CallbackQuery,
    callback_data: callbacks.ApproveClaim,
    tg_id: TelegramId,
    approve_claim: FromDishka[ApproveClaim],
) -> None:
    """Give the claimed money to the claimant."""
    await show(tap, assigned_screen(await approve_claim(tg_id, callback_data.claim)))


async def reject(
    tap: CallbackQuery, callback_data: callbacks.RejectClaim, tg_id: TelegramId, reject_claim: FromDishka[RejectClaim]
) -> None:
    """Reject the claim."""
    await show(tap, rejected_screen(await reject_claim(tg_id, callback_data.claim)))


async def assign_suggested(
    tap: CallbackQuery,
    callback_data: callbacks.AssignSuggested,
    tg_id: TelegramId,
    assign: FromDishka[AssignSuggested],
) -> None:
    """Give the money to the customer whose comment was probably meant."""
    await show(tap, assigned_screen(await assign(tg_id, callback_data.payment, callback_data.receipt)))

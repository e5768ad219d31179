"""Promo codes as the owner offers and stops them."""

from aiogram import Bot, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from dishka import FromDishka

from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.offer_callbacks import (
    AnswerPromo,
    AskNewPromo,
    BeginPromoStop,
    ChoosePromoPlan,
    ConfirmPromo,
    ConfirmPromoStop,
    SeePromo,
    SeePromos,
)
from orbit_adapters.telegram.screens.promo_codes import (
    ask_promo_stop_screen,
    promo_code_screen,
    promo_draft_screen,
    promo_ended_screen,
    promo_offered_screen,
    promos_screen,
)
from orbit_adapters.telegram.show import show
from orbit_domain.ids import TelegramId
from orbit_domain.use_cases.prepare_promo import PreparePromo, PromoPreview
from orbit_domain.use_cases.run_promos import EndPromo, OfferPromo, ShowPromos


class PromoTypes(StatesGroup):
    """Waiting for what a new code is to give."""

    answer = State()


def routes() -> Router:
    """The list, a code, and the dialog. Routers with commands come before this one, so commands always work."""
    router = Router(name="promo_codes")
    router.callback_query.register(promos, Tapped(SeePromos))
    router.callback_query.register(promo, Tapped(SeePromo))
    router.callback_query.register(begin, Tapped(AskNewPromo))
    router.callback_query.register(tap_answer, Tapped(AnswerPromo))
    router.callback_query.register(choose_plan, Tapped(ChoosePromoPlan))
    router.callback_query.register(confirm, Tapped(ConfirmPromo))
    router.callback_query.register(ask_stop, Tapped(BeginPromoStop))
    router.callback_query.register(stop, Tapped(ConfirmPromoStop))
    router.message.register(receive_answer, StateFilter(PromoTypes.answer))
    return router


async def promos(
    tap: CallbackQuery,
    callback_data: SeePromos,
    tg_id: TelegramId,
    state: FSMContext,
    show_promos: FromDishka[ShowPromos],
) -> None:
    """Show a page of the codes. An open question is over."""
    await state.clear()
    await show(tap, promos_screen(await show_promos(tg_id, callback_data.page)))


async def promo(
    tap: CallbackQuery,
    callback_data: SeePromo,
    tg_id: TelegramId,
    bot: Bot,
    state: FSMContext,
    show_promos: FromDishka[ShowPromos],
) -> None:
    """Show one. An open question is over."""
    await state.clear()
    await show(tap, promo_code_screen(await show_promos.one(tg_id, callback_data.code), await _username(bot)))


async def begin(
    tap: CallbackQuery, tg_id: TelegramId, state: FSMContext, prepare_promo: FromDishka[PreparePromo]
) -> None:
    """Begin a new code: ask its first question."""
    await _ask(tap, state, await prepare_promo(tg_id))


async def receive_answer(
    message: Message, tg_id: TelegramId, state: FSMContext, prepare_promo: FromDishka[PreparePromo]
) -> None:
    """Take the typed answer, and ask the next question. After a refused answer the dialog stays open."""
    await _ask(message, state, await prepare_promo.answer(tg_id, await state.get_data(), message.text or ""))


async def tap_answer(
    tap: CallbackQuery,
    callback_data: AnswerPromo,
    tg_id: TelegramId,
    state: FSMContext,
    prepare_promo: FromDishka[PreparePromo],
) -> None:
    """Take the tapped answer, and ask the next question."""
    await _ask(tap, state, await prepare_promo.answer(tg_id, await state.get_data(), callback_data.answer))


async def choose_plan(
    tap: CallbackQuery,
    callback_data: ChoosePromoPlan,
    tg_id: TelegramId,
    state: FSMContext,
    prepare_promo: FromDishka[PreparePromo],
) -> None:
    """Mark a plan, or take the mark away."""
    await _ask(tap, state, await prepare_promo.toggle(tg_id, await state.get_data(), callback_data.plan))


async def confirm(
    tap: CallbackQuery,
    callback_data: ConfirmPromo,
    tg_id: TelegramId,
    bot: Bot,
    state: FSMContext,
    offer_promo: FromDishka[OfferPromo],
    show_promos: FromDishka[ShowPromos],
) -> None:
    """Add the code, and show it with its link."""
    added = await offer_promo(tg_id, await state.get_data(), callback_data.request)
    await state.clear()
    await show(tap, promo_offered_screen(await show_promos.one(tg_id, added.code), await _username(bot)))


async def ask_stop(
    tap: CallbackQuery, callback_data: BeginPromoStop, tg_id: TelegramId, show_promos: FromDishka[ShowPromos]
) -> None:
    """Say what stopping means, before it is done."""
    await show(tap, ask_promo_stop_screen(await show_promos.one(tg_id, callback_data.code)))


async def stop(
    tap: CallbackQuery,
    callback_data: ConfirmPromoStop,
    tg_id: TelegramId,
    bot: Bot,
    end_promo: FromDishka[EndPromo],
    show_promos: FromDishka[ShowPromos],
) -> None:
    """Stop it, and show it."""
    await end_promo(tg_id, callback_data.code)
    await show(tap, promo_ended_screen(await show_promos.one(tg_id, callback_data.code), await _username(bot)))


async def _ask(event: Message | CallbackQuery, state: FSMContext, preview: PromoPreview) -> None:
    await state.set_state(PromoTypes.answer)
    await state.set_data(preview.draft.document())
    await show(event, promo_draft_screen(preview))


async def _username(bot: Bot) -> str:
    """The bot's own name. aiogram asks Telegram for it once."""
    return (await bot.me()).username or ""

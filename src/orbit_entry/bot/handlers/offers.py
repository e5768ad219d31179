"""Plans, prices and the trial as the owner changes them: a question a message, a preview, a yes."""

from aiogram import Bot, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message
from dishka import FromDishka

from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.offer_callbacks import (
    AskNewPlan,
    BeginPlanEdit,
    BeginPlanSwitch,
    ConfirmPlan,
    SeeOffer,
    SeeOffers,
)
from orbit_adapters.telegram.screens.offers import (
    offer_saved_screen,
    offer_screen,
    offers_screen,
    plan_draft_screen,
)
from orbit_adapters.telegram.show import show
from orbit_domain.ids import TelegramId
from orbit_domain.use_cases.prepare_plan import PlanPreview, PreparePlan
from orbit_domain.use_cases.save_plan import SavePlan
from orbit_domain.use_cases.show_plans import ShowPlans


class PlanTypes(StatesGroup):
    """Waiting for what a plan is to be."""

    answer = State()


def routes() -> Router:
    """The list, a plan, and the dialog. Routers with commands come before this one, so commands always work."""
    router = Router(name="offers")
    router.callback_query.register(offers, Tapped(SeeOffers))
    router.callback_query.register(offer, Tapped(SeeOffer))
    router.callback_query.register(begin_new, Tapped(AskNewPlan))
    router.callback_query.register(begin_edit, Tapped(BeginPlanEdit))
    router.callback_query.register(begin_switch, Tapped(BeginPlanSwitch))
    router.callback_query.register(confirm, Tapped(ConfirmPlan))
    router.message.register(receive_answer, StateFilter(PlanTypes.answer))
    return router


async def offers(tap: CallbackQuery, tg_id: TelegramId, state: FSMContext, show_plans: FromDishka[ShowPlans]) -> None:
    """Show every plan. An open question is over."""
    await state.clear()
    await show(tap, offers_screen(await show_plans(tg_id)))


async def offer(
    tap: CallbackQuery,
    callback_data: SeeOffer,
    tg_id: TelegramId,
    bot: Bot,
    state: FSMContext,
    show_plans: FromDishka[ShowPlans],
) -> None:
    """Show one. An open question is over."""
    await state.clear()
    view = await show_plans(tg_id)
    await show(tap, offer_screen(view, view.plan(callback_data.plan), await _username(bot)))


async def begin_new(
    tap: CallbackQuery, tg_id: TelegramId, state: FSMContext, prepare_plan: FromDishka[PreparePlan]
) -> None:
    """Begin a plan: ask its first question."""
    await _ask(tap, state, await prepare_plan.new(tg_id))


async def begin_edit(
    tap: CallbackQuery,
    callback_data: BeginPlanEdit,
    tg_id: TelegramId,
    state: FSMContext,
    prepare_plan: FromDishka[PreparePlan],
) -> None:
    """Ask what one field is to be."""
    await _ask(tap, state, await prepare_plan.field(tg_id, callback_data.plan, callback_data.field))


async def begin_switch(
    tap: CallbackQuery,
    callback_data: BeginPlanSwitch,
    tg_id: TelegramId,
    state: FSMContext,
    prepare_plan: FromDishka[PreparePlan],
) -> None:
    """Say what hiding or offering means, before it is done."""
    await _ask(tap, state, await prepare_plan.switch(tg_id, callback_data.plan))


async def receive_answer(
    message: Message, tg_id: TelegramId, state: FSMContext, prepare_plan: FromDishka[PreparePlan]
) -> None:
    """Take the answer, and ask the next question. After a refused answer the dialog stays open."""
    preview = await prepare_plan.answer(tg_id, await state.get_data(), message.text or "")
    await _ask(message, state, preview)


async def confirm(
    tap: CallbackQuery,
    callback_data: ConfirmPlan,
    tg_id: TelegramId,
    bot: Bot,
    state: FSMContext,
    save_plan: FromDishka[SavePlan],
    show_plans: FromDishka[ShowPlans],
) -> None:
    """Save it, and show the plan."""
    saved = await save_plan(tg_id, await state.get_data(), callback_data.request)
    await state.clear()
    view = await show_plans(tg_id)
    await show(tap, offer_saved_screen(view, view.plan(saved.code), await _username(bot)))


async def _ask(event: Message | CallbackQuery, state: FSMContext, preview: PlanPreview) -> None:
    await state.set_state(PlanTypes.answer)
    await state.set_data(preview.draft.document())
    await show(event, plan_draft_screen(preview))


async def _username(bot: Bot) -> str:
    """The bot's own name. aiogram asks Telegram for it once."""
    return (await bot.me()).username or ""

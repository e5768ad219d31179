"""The owner begins to change or add a plan, types what it needs, and reads how it will look to customers."""

from collections.abc import Mapping
from dataclasses import dataclass

from orbit_domain.ids import Ids, PlanCode, TelegramId
from orbit_domain.money import BaseCurrency
from orbit_domain.plan.plan import Plan
from orbit_domain.plan.plan_edit import BadPlan, PlanChanged, PlanExists, PlanFault, check_plan, plan_stamp
from orbit_domain.storage import Storage
from orbit_domain.use_cases.plan_draft import (
    ACTIVE,
    ASKED_OF_NEW,
    CODE,
    EDITED,
    POSITION,
    PRICE,
    PlanDraft,
    new_plan,
    plan_draft_of,
)
from orbit_domain.use_cases.show_plans import PlansView, ShowPlans
from orbit_domain.use_cases.staff_action import DraftOver

_NO_CODE = PlanCode("")


@dataclass(frozen=True, slots=True)
class PlanPreview:
    """Who asks, the draft, the plan as it is sold (None: it is new), and as it would be; *view*: all that is sold."""

    view: PlansView
    draft: PlanDraft
    before: Plan | None
    after: Plan


@dataclass(frozen=True, slots=True)
class PreparePlan:
    """Begin a draft, or answer its question. Nothing is changed yet.

    Raises NotPermitted, NoSuchUser, NoSuchPlan, BadPlan, NotAnAmount, PlanExists, PlanChanged, DraftOver.
    """

    storage: Storage
    ids: Ids
    base: BaseCurrency
    show_plans: ShowPlans

    async def new(self, staff_id: TelegramId) -> PlanPreview:
        """Begin a plan that isn't sold yet."""
        draft = PlanDraft(self.ids.uuid(), ASKED_OF_NEW, {}, _NO_CODE)
        return self._preview(await self.show_plans(staff_id), draft)

    async def field(self, staff_id: TelegramId, code: PlanCode, field: str) -> PlanPreview:
        """Begin to change one thing. The trial costs nothing and stands in no list."""
        view = await self.show_plans(staff_id)
        plan = view.plan(code)
        if field not in EDITED or (plan.terms.is_trial and field in (PRICE, POSITION)):
            raise BadPlan(PlanFault.TRIAL)
        return self._preview(view, PlanDraft(self.ids.uuid(), (field,), {}, code, plan_stamp(plan)))

    async def switch(self, staff_id: TelegramId, code: PlanCode) -> PlanPreview:
        """Begin to hide the plan, or to offer it again."""
        view = await self.show_plans(staff_id)
        plan = view.plan(code)
        draft = PlanDraft(self.ids.uuid(), (), {ACTIVE: int(not plan.active)}, code, plan_stamp(plan))
        return self._preview(view, draft)

    async def answer(self, staff_id: TelegramId, kept: Mapping[str, object], typed: str) -> PlanPreview:
        """The draft that a dialog has *kept*, with what was typed."""
        draft = plan_draft_of(kept)
        asked = draft.question
        answered = draft.answered(typed, self.base)
        preview = self._preview(await self.show_plans(staff_id), answered)
        _check_answer(asked, preview)
        return preview

    def _preview(self, view: PlansView, draft: PlanDraft) -> PlanPreview:
        if draft.is_new:
            last = max((one.position for one in view.plans), default=0)
            before = None
            start = new_plan(draft.code, self.base, last + 1)
        else:
            before = start = view.plan(draft.code)
            if plan_stamp(before) != draft.shown:
                raise PlanChanged(draft.code)
        return PlanPreview(view, draft, before, draft.edit(self.base).applied_to(start))


def _check_answer(asked: str | None, preview: PlanPreview) -> None:
    """Refuse an answer as soon as it is given, not at the end of the questions."""
    if asked is None:
        raise DraftOver
    if asked == CODE and any(one.code == preview.after.code for one in preview.view.plans):
        raise PlanExists(preview.after.code)
    try:
        check_plan(preview.after)
    except BadPlan as bad:
        # What isn't asked yet is missing in a new plan.
        if bad.fault.value in preview.draft.answers or preview.draft.question is None:
            raise
        if bad.fault is PlanFault.TITLE and any(one in preview.draft.answers for one in preview.after.terms.titles):
            raise

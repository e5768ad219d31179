"""The owner has read how the plan will look, and says yes."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from orbit_domain.ids import TelegramId
from orbit_domain.money import BaseCurrency
from orbit_domain.plan.plan import Plan
from orbit_domain.steps.require_permission import StaffMember
from orbit_domain.use_cases.add_plan import AddPlan
from orbit_domain.use_cases.change_plan import ChangePlan
from orbit_domain.use_cases.plan_draft import PlanDraft, new_plan, plan_draft_of
from orbit_domain.use_cases.show_plans import ShowPlans
from orbit_domain.use_cases.staff_action import DraftOver


@dataclass(frozen=True, slots=True)
class SavePlan:
    """Do what a draft says. The role, and whether the plan is still as it was shown, are asked where it is recorded.

    Raises DraftOver, NotPermitted, NoSuchUser, NoSuchPlan, BadPlan, PlanChanged, PlanExists.
    """

    show_plans: ShowPlans
    change_plan: ChangePlan
    add_plan: AddPlan
    base: BaseCurrency
    owner: TelegramId | None

    async def __call__(self, staff_id: TelegramId, kept: Mapping[str, object], request: UUID) -> Plan:
        draft = plan_draft_of(kept)
        if draft.request != request or draft.question is not None:
            raise DraftOver
        staff = StaffMember(staff_id, self.owner)
        if draft.is_new:
            return await self.add_plan(await self._new(staff_id, draft), staff)
        return await self.change_plan(draft.code, draft.edit(self.base), staff, shown=draft.shown)

    async def _new(self, staff_id: TelegramId, draft: PlanDraft) -> Plan:
        """The last one of the list."""
        plans = (await self.show_plans(staff_id)).plans
        position = max((one.position for one in plans), default=0) + 1
        return draft.edit(self.base).applied_to(new_plan(draft.code, self.base, position))

"""The owner offers a new plan."""

from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids
from orbit_domain.plan.plan import Plan, plan_subject
from orbit_domain.plan.plan_edit import PlanExists, check_plan, facts_of
from orbit_domain.steps.require_permission import Actor, permitted_actor
from orbit_domain.storage import AdminAction, Storage
from orbit_domain.user.permission import Permission


@dataclass(frozen=True, slots=True)
class AddPlan:
    """Record a new plan with who added it. Raises NotPermitted, BadPlan, PlanExists."""

    storage: Storage
    clock: Clock
    ids: Ids

    async def __call__(self, plan: Plan, actor: Actor, reason: str = "") -> Plan:
        now = self.clock.now()
        check_plan(plan)
        async with self.storage.transaction() as tx:
            name = await permitted_actor(tx, actor, Permission.EDIT_OFFERS)
            if not await tx.plans.add_if_absent(plan):
                raise PlanExists(plan.code)
            facts = (f"{fact} {value}" for fact, value in facts_of(plan).items())
            what = "; ".join(filter(None, (*facts, reason)))
            await tx.admin_log.add(AdminAction(self.ids.uuid(), name, "add_plan", plan_subject(plan.code), what, now))
        return plan

"""The owner sells a plan otherwise."""

from dataclasses import dataclass, replace

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, PlanCode
from orbit_domain.plan.plan import NoSuchPlan, Plan, plan_subject
from orbit_domain.storage import AdminAction, Storage


@dataclass(frozen=True, slots=True)
class ChangePlan:
    """Let a plan give so many keys from the next order on. Raises NoSuchPlan.

    Orders keep the terms that they were made with. What changes nothing isn't logged.
    """

    storage: Storage
    clock: Clock
    ids: Ids

    async def __call__(self, code: PlanCode, keys: int, actor: str, reason: str = "") -> Plan:
        """The plan as it is sold now."""
        async with self.storage.transaction() as tx:
            before = await tx.plans.get(code)
            if before is None:
                raise NoSuchPlan(code)
            after = replace(before, terms=replace(before.terms, keys=keys))
            if after != before:
                await tx.plans.put(after)
                what = "; ".join(filter(None, (f"keys {before.terms.keys} → {keys}", reason)))
                now = self.clock.now()
                await tx.admin_log.add(
                    AdminAction(self.ids.uuid(), actor, "change_plan", plan_subject(code), what, now)
                )
        return after

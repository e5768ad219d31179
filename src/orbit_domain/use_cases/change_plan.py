"""The owner sells a plan otherwise."""

from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, PlanCode
from orbit_domain.plan.plan import TRIAL, NoSuchPlan, Plan, plan_subject
from orbit_domain.plan.plan_edit import PlanChanged, PlanEdit, check_plan, differences, plan_stamp
from orbit_domain.shop_setting.shop_settings import CurrentSettings
from orbit_domain.steps.require_permission import Actor, permitted_actor
from orbit_domain.storage import AdminAction, Storage
from orbit_domain.subscription.reminders import FIRST_REMINDER_BEFORE
from orbit_domain.user.permission import Permission


@dataclass(frozen=True, slots=True)
class ChangePlan:
    """Sell a plan with these changes from the next order on. Raises NotPermitted, NoSuchPlan, PlanChanged, BadPlan.

    Orders keep the terms and the price that they were made with, and renewals a price that was told. What changes
    nothing isn't logged.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    settings: CurrentSettings

    async def __call__(
        self, code: PlanCode, edit: PlanEdit, actor: Actor, reason: str = "", shown: str | None = None
    ) -> Plan:
        """The plan as it is sold now. *shown*: the stamp of the plan for which the change was decided."""
        async with self.storage.transaction() as tx:
            name = await permitted_actor(tx, actor, Permission.EDIT_OFFERS)
            before = await tx.plans.lock(code)
            if before is None:
                raise NoSuchPlan(code)
            if shown is not None and plan_stamp(before) != shown:
                raise PlanChanged(code)
            now = self.clock.now()
            after = edit.applied_to(before).after(before, now, now - FIRST_REMINDER_BEFORE)
            if edit != PlanEdit(active=False):
                check_plan(after)  # Hiding always works, whatever an older version has sold.
            changed = differences(before, after)
            if changed:
                await tx.plans.put(after)
                what = "; ".join(filter(None, (*changed, reason)))
                await tx.admin_log.add(AdminAction(self.ids.uuid(), name, "change_plan", plan_subject(code), what, now))
        if code == TRIAL:
            self.settings.has_trial = after.active
        return after

"""What the owner sells, hidden plans and the trial among it."""

from dataclasses import dataclass

from orbit_domain.ids import PlanCode, TelegramId
from orbit_domain.plan.plan import REFERENCE_PLAN, NoSuchPlan, Plan
from orbit_domain.steps.require_permission import StaffMember, require_permission
from orbit_domain.storage import Storage
from orbit_domain.user.permission import Permission
from orbit_domain.user.user import User


@dataclass(frozen=True, slots=True)
class PlansView:
    """Who looks, and every plan in the order of the customers' list. *reference*: what savings are told against."""

    user: User
    plans: tuple[Plan, ...]

    @property
    def reference(self) -> Plan | None:
        """The plan with which customers compare, while it is sold."""
        return next((one for one in self.plans if one.code == REFERENCE_PLAN and one.active), None)

    def plan(self, code: PlanCode) -> Plan:
        """One of them. Raises NoSuchPlan."""
        found = next((one for one in self.plans if one.code == code), None)
        if found is None:
            raise NoSuchPlan(code)
        return found


@dataclass(frozen=True, slots=True)
class ShowPlans:
    """Every plan. Raises NotPermitted, NoSuchUser."""

    storage: Storage
    owner: TelegramId | None

    async def __call__(self, staff_id: TelegramId) -> PlansView:
        async with self.storage.transaction() as tx:
            user = await require_permission(tx, StaffMember(staff_id, self.owner), Permission.EDIT_OFFERS)
            return PlansView(user, await tx.plans.all())

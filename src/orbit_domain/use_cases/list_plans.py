"""What can be bought today."""

from dataclasses import dataclass
from datetime import datetime

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, Nonce, TelegramId
from orbit_domain.money import Money
from orbit_domain.plan.plan import REFERENCE_PLAN, Plan, saving_percent
from orbit_domain.promo.promo import Discount, best_discount
from orbit_domain.storage import Storage
from orbit_domain.subscription.subscription import Subscription
from orbit_domain.use_cases.get_cached_customer import GetCachedCustomer
from orbit_domain.user.user import User


@dataclass(frozen=True, slots=True)
class Offer:
    """One plan with what it saves (whole percent, or nothing worth showing) and whether the customer has it now.

    *discount* is what a code that the customer has entered takes off its price.
    """

    plan: Plan
    saving_percent: int | None
    is_current: bool
    discount: Discount | None = None

    @property
    def price(self) -> Money:
        """What the customer would pay."""
        return self.plan.price.minus(self.discount.amount) if self.discount else self.plan.price


@dataclass(frozen=True, slots=True)
class PlanList:
    """The offers in order. Every button made of this list carries `nonce`: one list, one order."""

    user: User
    subscription: Subscription
    offers: tuple[Offer, ...]
    nonce: Nonce
    now: datetime


@dataclass(frozen=True, slots=True)
class ListPlans:
    """Show what is sold. Raises NoSuchUser."""

    storage: Storage
    clock: Clock
    ids: Ids
    get_cached_customer: GetCachedCustomer

    async def __call__(self, tg_id: TelegramId) -> PlanList:
        customer = await self.get_cached_customer(tg_id)
        now = self.clock.now()
        async with self.storage.transaction() as tx:
            plans, entered = await tx.plans.active_with_codes(tg_id)
        promos = [one for one in entered if one.problem(now) is None]
        reference = next((plan for plan in plans if plan.code == REFERENCE_PLAN), None)
        ends_at = customer.subscription.ends_at
        current = customer.subscription.plan_code if ends_at is not None and ends_at > now else None
        offers = tuple(
            Offer(
                plan,
                saving_percent(plan, reference) if reference else None,
                plan.code == current,
                best_discount(promos, plan.code, plan.price),
            )
            for plan in plans
            if not plan.terms.is_trial
        )
        return PlanList(customer.user, customer.subscription, offers, Nonce(f"{self.ids.bits(64):x}"), now)

"""How a customer's subscription renews, and what it takes."""

from dataclasses import dataclass, replace
from datetime import datetime

from orbit_domain.ids import TelegramId
from orbit_domain.money import Money
from orbit_domain.plan.plan import Plan
from orbit_domain.steps.collect_debt import missing_for
from orbit_domain.steps.recurring_payment import current_renewal, is_charged_again
from orbit_domain.storage import Transaction
from orbit_domain.subscription.reminders import FIRST_REMINDER_BEFORE, RENEWED_BEFORE
from orbit_domain.subscription.subscription import Subscription
from orbit_domain.user.user import NoSuchUser, User


@dataclass(frozen=True, slots=True)
class AutoRenewal:
    """The switch and its surroundings.

    *plan* is bought again at *at* while the switch is on, for its price here; None: nothing can be. *missing* is what
    the balance lacks for it. *card*: what people call the card that pays it besides; empty without one.
    *is_recurring*: the messenger charges the customer by itself; *had_recurrence*: it does, or did for what was
    bought last.
    """

    user: User
    subscription: Subscription
    plan: Plan | None
    missing: Money
    at: datetime | None
    card: str
    is_recurring: bool
    had_recurrence: bool = False


async def read_auto_renewal(tx: Transaction, tg_id: TelegramId, now: datetime) -> AutoRenewal:
    """What is recorded about it. Raises NoSuchUser."""
    customer = await tx.subscriptions.customer(tg_id)
    if customer is None:
        raise NoSuchUser(tg_id)
    user, subscription = customer.user, customer.subscription
    plan = await tx.plans.get(subscription.plan_code) if subscription.plan_code else None
    if plan is not None and (not plan.active or plan.terms.is_trial):
        plan = None
    if plan is not None and subscription.ends_at is not None:
        plan = replace(plan, price=plan.lowest_price_since(subscription.ends_at - FIRST_REMINDER_BEFORE))
    card = await tx.kept_cards.of_user(tg_id)
    ends_at = subscription.ends_at
    return AutoRenewal(
        user=user,
        subscription=subscription,
        plan=plan,
        missing=await missing_for(tx, plan.price, user) if plan else user.balance,
        at=ends_at - RENEWED_BEFORE if ends_at is not None and ends_at > now else None,
        card=card.card_title if card else "",
        is_recurring=await is_charged_again(tx, tg_id, now),
        had_recurrence=await current_renewal(tx, tg_id, now) is not None,
    )

"""What a customer has bought: how many keys the time that runs gives, and how much traffic each."""

from orbit_domain.order.order import OrderState
from orbit_domain.plan.plan import PlanTerms
from orbit_domain.storage import Transaction
from orbit_domain.subscription.subscription import Subscription, order_of

_BOUGHT = (OrderState.PAID, OrderState.DELIVERED)


async def current_terms(tx: Transaction, subscription: Subscription) -> PlanTerms | None:
    """The terms of the order that gave time last and wasn't refunded; without any, what the plan says now."""
    given = await tx.grants.of_user(subscription.tg_id)
    found = (order_of(grant.cause) for grant in reversed(given))
    for order_id in dict.fromkeys(one for one in found if one is not None):
        order = await tx.orders.get(order_id)
        if order is not None and order.state in _BOUGHT:
            return order.terms
    plan = await tx.plans.get(subscription.plan_code) if subscription.plan_code else None
    return plan.terms if plan else None


async def terms_for_keys(tx: Transaction, subscription: Subscription) -> PlanTerms | None:
    """What the customer has bought, or those of any plan: for time that staff has given."""
    known = await current_terms(tx, subscription)
    return known or next((plan.terms for plan in await tx.plans.active()), None)


def keys_allowed(terms: PlanTerms | None) -> int:
    """How many keys those terms give: at least one."""
    return max(1, terms.keys) if terms is not None else 1

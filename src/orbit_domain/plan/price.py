"""How much a plan saves against buying the reference plan again and again."""

from orbit_domain.plan.plan import Plan

SAVING_SHOWN_FROM_PERCENT = 5


def saving_percent(plan: Plan, reference: Plan) -> int | None:
    """Whole percent saved against *reference* for the same number of days, rounded down.

    None when it is too small to be worth showing, or when there is nothing to compare.
    """
    same_days = reference.price.units * plan.terms.days
    asked = plan.price.units * reference.terms.days
    if same_days <= 0 or plan.price.is_zero:
        return None
    percent = 100 * (same_days - asked) // same_days
    return percent if percent >= SAVING_SHOWN_FROM_PERCENT else None

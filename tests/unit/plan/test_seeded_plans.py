"""What a new shop sells, to the day and the kopeck."""

from datetime import timedelta

import pytest

from orbit_domain.money import RUB, rub
from orbit_domain.plan.plan import REFERENCE_PLAN, SEEDED_PLANS, TRIAL, Plan
from orbit_domain.user.user import LANGUAGES


def test_seeded_plans_are_those_the_shop_has_always_sold() -> None:
    """Codes, days and prices are those that customers know; they don't change."""
    sold = [(plan.code, plan.terms.days, plan.price.units) for plan in SEEDED_PLANS]
    assert sold == [
        ("trial", 3, 0),
        ("sub_1m", 30, 12_900),
        ("sub_3m", 90, 34_900),
        ("sub_6m", 180, 52_900),
        ("sub_12m", 365, 92_900),
    ]


def test_seeded_plans_stand_in_their_order() -> None:
    """Every plan has a place of its own in the list, and the list is already sorted by it."""
    positions = [plan.position for plan in SEEDED_PLANS]
    assert positions == sorted(set(positions))


@pytest.mark.parametrize("plan", SEEDED_PLANS, ids=lambda plan: plan.code)
def test_a_seeded_plan_can_be_sold_as_it_is(plan: Plan) -> None:
    """It is active, priced in the base currency, named in every language, with one key and no traffic limit."""
    assert plan.active
    assert plan.price.currency == RUB
    assert set(plan.terms.titles) == set(LANGUAGES)
    assert all(title.strip() for title in plan.terms.titles.values())
    assert (plan.terms.keys, plan.terms.traffic_bytes) == (1, 0)


def test_only_the_trial_is_free_and_a_trial() -> None:
    """Exactly one seeded plan is the trial, and exactly that one costs nothing."""
    assert [plan.code for plan in SEEDED_PLANS if plan.terms.is_trial] == [TRIAL]
    assert [plan.code for plan in SEEDED_PLANS if plan.price.is_zero] == [TRIAL]


def test_the_reference_plan_is_sold() -> None:
    """The plan that savings are measured against is one of those sold, and isn't free."""
    (reference,) = [plan for plan in SEEDED_PLANS if plan.code == REFERENCE_PLAN]
    assert reference.price == rub(12_900)


@pytest.mark.parametrize(("code", "seconds"), [("trial", 259_200), ("sub_1m", 2_592_000), ("sub_12m", 31_536_000)])
def test_a_plan_lasts_exactly_its_days(code: str, seconds: int) -> None:
    """A day is 86 400 seconds, with nothing rounded to months or midnights."""
    (plan,) = [plan for plan in SEEDED_PLANS if plan.code == code]
    assert plan.terms.duration == timedelta(seconds=seconds)

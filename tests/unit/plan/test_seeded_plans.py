"""What a new shop sells, to the day and the smallest coin."""

from datetime import timedelta

import pytest

from orbit_domain.money import EUR, RUB, USD, Currency, rub
from orbit_domain.plan.plan import REFERENCE_PLAN, SAVING_SHOWN_FROM_PERCENT, TRIAL, Plan, saving_percent, seeded_plans
from orbit_domain.user.user import LANGUAGES
from orbit_testing.samples import SEEDED_PLANS


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
    assert {plan.price.currency for plan in SEEDED_PLANS} == {RUB}


@pytest.mark.parametrize("base", [USD, EUR])
def test_a_shop_in_another_currency_sells_the_same_plans(base: Currency) -> None:
    """Terms and order are the same, prices are its own, and each longer plan saves as much as is worth showing."""
    seeded = seeded_plans(base)
    assert [(plan.terms, plan.position) for plan in seeded] == [(plan.terms, plan.position) for plan in SEEDED_PLANS]
    assert [plan.price.units for plan in seeded] == [0, 199, 499, 799, 1_399]
    assert {plan.price.currency for plan in seeded} == {base}
    savings = [saving_percent(plan, seeded[1]) or 0 for plan in seeded[2:]]
    assert savings == sorted(savings)
    assert savings[0] >= SAVING_SHOWN_FROM_PERCENT


def test_seeded_plans_stand_in_their_order() -> None:
    """Every plan has a place of its own in the list, and the list is already sorted by it."""
    positions = [plan.position for plan in SEEDED_PLANS]
    assert positions == sorted(set(positions))


@pytest.mark.parametrize("plan", SEEDED_PLANS, ids=lambda plan: plan.code)
def test_a_seeded_plan_can_be_sold_as_it_is(plan: Plan) -> None:
    """It is active, named in every language, with one key and no traffic limit."""
    assert plan.active
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

"""How much a plan saves compared with the reference plan bought repeatedly."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_domain.ids import PlanCode
from orbit_domain.money import rub
from orbit_domain.plan.plan import (
    REFERENCE_PLAN,
    SAVING_SHOWN_FROM_PERCENT,
    Plan,
    PlanTerms,
    saving_percent,
)
from orbit_testing.samples import SEEDED_PLANS

SEEDED = {plan.code: plan for plan in SEEDED_PLANS}
DAYS = st.integers(1, 4_000)
KOPECKS = st.integers(1, 100_000_000)


def offer(days: int, kopecks: int) -> Plan:
    """A plan of *days* for *kopecks*."""
    return Plan(PlanTerms(PlanCode("offer"), {}, days), rub(kopecks), 1)


@pytest.mark.parametrize(
    ("code", "saving"), [("trial", None), ("sub_1m", None), ("sub_3m", 9), ("sub_6m", 31), ("sub_12m", 40)]
)
def test_savings_of_the_seeded_plans(code: str, saving: int | None) -> None:
    """349 ₽ for 90 days save 9 %, 529 ₽ for 180 days 31 %, 929 ₽ for 365 days 40 %: rounded down."""
    assert saving_percent(SEEDED[PlanCode(code)], SEEDED[REFERENCE_PLAN]) == saving


@pytest.mark.parametrize(
    ("kopecks", "saving"), [(9_501, None), (9_500, 5), (9_401, 5), (9_400, 6), (10_000, None), (10_500, None)]
)
def test_savings_show_from_five_percent_on(kopecks: int, saving: int | None) -> None:
    """4.99 % are not worth showing, 5 % are, and a fraction of a percent is never rounded up."""
    assert saving_percent(offer(30, kopecks), offer(30, 10_000)) == saving


@given(DAYS, KOPECKS, DAYS, KOPECKS)
def test_a_shown_saving_is_never_more_than_the_true_one(days: int, price: int, same: int, reference: int) -> None:
    """The percent shown is the true saving less a fraction of one percent, and hidden only when below five."""
    true = 100 * (1 - Fraction(price, days) / Fraction(reference, same))
    shown = saving_percent(offer(days, price), offer(same, reference))
    if shown is None:
        assert true < SAVING_SHOWN_FROM_PERCENT
    else:
        assert SAVING_SHOWN_FROM_PERCENT <= shown <= true < shown + 1


@given(DAYS, KOPECKS, st.integers(2, 50))
def test_buying_more_at_the_same_daily_price_saves_nothing(days: int, price: int, times: int) -> None:
    """A plan that is only longer shows no saving."""
    assert saving_percent(offer(days * times, price * times), offer(days, price)) is None


@given(DAYS, KOPECKS)
def test_what_is_free_boasts_no_saving(days: int, price: int) -> None:
    """A free plan shows no "100 % off", and no plan is compared with a free reference."""
    assert saving_percent(offer(days, 0), offer(30, price)) is None
    assert saving_percent(offer(days, price), offer(30, 0)) is None

"""Quotes in another currency: rounded so that the shop never loses and the customer pays less than one step more."""

from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from orbit_domain.money import TON, Money, rub
from orbit_domain.payment.quote import Quote, due_units
from tests.unit.payment.samples import DUE, NOON, PRICE, make_payment

PRICES = st.integers(1, 10**12)
RATES = st.fractions(min_value=Fraction(1, 10**15), max_value=10**9).filter(bool)
STEPS = st.sampled_from([1, 10_000, 1_000_000])
ATOMS = st.integers(0, 3 * 10**9)


@given(PRICES, RATES, STEPS)
def test_the_amount_due_is_worth_the_price_and_less_than_a_step_more(price: int, rate: Fraction, step: int) -> None:
    """At the rate of the quote the shop never gets less than the price, and never a whole step more."""
    due = due_units(rub(price), rate, step)
    assert due * rate >= price > (due - step) * rate


@given(PRICES, RATES, STEPS)
def test_the_amount_due_is_whole_steps(price: int, rate: Fraction, step: int) -> None:
    """The amount due is a multiple of the display step, so that it can be shown in full."""
    due = due_units(rub(price), rate, step)
    assert type(due) is int
    assert due > 0
    assert due % step == 0


@given(st.integers(1, 10**6), RATES, STEPS)
def test_a_price_that_fits_the_steps_isn_t_rounded_at_all(steps: int, rate: Fraction, step: int) -> None:
    """Amounts that fit the steps aren't rounded."""
    exact = steps * step * rate
    if exact.denominator == 1:
        assert due_units(rub(exact.numerator), rate, step) == steps * step


@given(PRICES, PRICES, RATES, STEPS)
def test_more_roubles_never_cost_less(one: int, other: int, rate: Fraction, step: int) -> None:
    """A higher price is never a smaller amount due."""
    low, high = sorted((one, other))
    assert due_units(rub(low), rate, step) <= due_units(rub(high), rate, step)


@pytest.mark.parametrize(
    ("kopecks", "kopecks_per_ton", "due"),
    [(12_900, 12_900, 1_000_000_000), (12_900, 12_899, 1_001_000_000), (12_900, 25_813, 500_000_000)],
)
def test_tons_are_rounded_up_to_a_thousandth(kopecks: int, kopecks_per_ton: int, due: int) -> None:
    """129 ₽ at 129 ₽ a ton are one ton; at one kopeck less a ton, one thousandth more is due."""
    assert due_units(rub(kopecks), Fraction(kopecks_per_ton, 10**9), 1_000_000) == due


@given(ATOMS, ATOMS, st.integers(0, 10**9))
@example(one=994_999_999, other=995_000_000, minimum=995_000_000)
def test_more_units_are_never_worth_less(one: int, other: int, minimum: int) -> None:
    """The value never falls when more units arrive, across the tolerance too."""
    quote, (low, high) = make_payment().quote, sorted((one, other))
    assert quote.value(low, minimum) <= quote.value(high, minimum)


@given(ATOMS)
def test_the_amount_due_itself_is_worth_the_price(surplus: int) -> None:
    """The amount due is worth the price, and nothing that is sent above it is worth anything by this quote."""
    quote = make_payment().quote
    assert quote.value(DUE.units + surplus, DUE.units) == PRICE.units


@given(st.integers(0, DUE.units - 1))
def test_a_part_is_worth_its_share_and_less_than_the_price(units: int) -> None:
    """Below what is due the value is the share of the price, rounded down, and never the whole."""
    part = make_payment().quote.value(units, DUE.units)
    assert part < PRICE.units
    assert part <= Fraction(units * PRICE.units, DUE.units) < part + 1


@pytest.mark.parametrize(
    ("units", "worth"),
    [(0, 0), (994_999_999, 12_835), (995_000_000, 12_900), (999_999_999, 12_900), (1_000_000_000, 12_900)],
)
def test_what_is_tolerated_is_worth_the_whole_price(units: int, worth: int) -> None:
    """From the tolerated amount on, up to the amount due, it is the price to the kopeck."""
    assert make_payment().quote.value(units, 995_000_000) == worth


def test_a_quote_has_an_amount_due() -> None:
    """A quote with an amount due of zero can't be created: no receipt could be valued with it."""
    with pytest.raises(ValueError):
        Quote(rub(100), Money(0, TON), Fraction(1, 10), "made up", NOON, NOON + timedelta(minutes=15))

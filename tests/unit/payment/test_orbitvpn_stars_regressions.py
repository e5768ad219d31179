"""Predecessor's fault: Stars were rounded down, and what was credited was recomputed from them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_domain.money import Currency, Money, rub
from orbit_domain.payment.payment import PaymentStatus
from orbit_domain.payment.quote import due_units
from orbit_domain.payment.settlement import settle
from tests.unit.payment.paying import EXACTING, asked, came
from tests.unit.payment.paying import given as kopecks_given

STARS = Currency("XTR", 0)
KOPECKS_PER_STAR = Fraction(135)


@pytest.mark.parametrize(
    ("kopecks", "stars"), [(12_900, 96), (34_900, 259), (52_900, 392), (92_900, 689), (20_000, 149), (13_500, 100)]
)
def test_stars_are_rounded_up(kopecks: int, stars: int) -> None:
    """129 ₽ at 1.35 ₽ a star are 95.6 stars: 96 are asked, and 100 stars exactly stay 100."""
    assert due_units(rub(kopecks), KOPECKS_PER_STAR, 1) == stars


@given(st.integers(1, 10_000_000))
def test_what_was_promised_for_stars_is_what_is_credited(kopecks: int) -> None:
    """Whatever rounding did to the stars, the balance is given the payment's own sum to the kopeck."""
    due = Money(due_units(rub(kopecks), KOPECKS_PER_STAR, 1), STARS)
    turn = settle(asked(price=rub(kopecks), due=due), [came(due.units, asset=STARS)], EXACTING)
    assert (turn.payment.status, kopecks_given(turn)) == (PaymentStatus.CONFIRMED, kopecks)

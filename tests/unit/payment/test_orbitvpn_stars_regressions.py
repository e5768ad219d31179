"""A fault of OrbitVPN: Stars were rounded down, and the credit was computed from them again."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_domain.money import Currency, Money, rub
from orbit_domain.payment.payment import PaymentStatus
from orbit_domain.payment.quote import due_units
from tests.unit.payment.samples import ZERO_TOLERANCE, credited_kopecks, make_payment, make_receipt, settle

STARS = Currency("XTR", 0)
KOPECKS_PER_STAR = Fraction(135)


@pytest.mark.parametrize(
    ("kopecks", "stars"), [(12_900, 96), (34_900, 259), (52_900, 392), (92_900, 689), (20_000, 149), (13_500, 100)]
)
def test_stars_are_rounded_up(kopecks: int, stars: int) -> None:
    """129 ₽ at 1.35 ₽ a star are 95.6 stars: 96 are due, and exactly 100 stars stay 100."""
    assert due_units(rub(kopecks), KOPECKS_PER_STAR, 1) == stars


@given(st.integers(1, 10_000_000))
def test_the_price_in_stars_is_credited_exactly(kopecks: int) -> None:
    """After any rounding of the stars, the credit is the payment's exact amount."""
    due = Money(due_units(rub(kopecks), KOPECKS_PER_STAR, 1), STARS)
    result = settle(make_payment(price=rub(kopecks), due=due), [make_receipt(due.units, asset=STARS)], ZERO_TOLERANCE)
    assert (result.payment.status, credited_kopecks(result)) == (PaymentStatus.CONFIRMED, kopecks)

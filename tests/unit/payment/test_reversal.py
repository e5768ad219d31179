"""Parts of a receipt that go back add up to exactly what the whole was worth."""

from hypothesis import given
from hypothesis import strategies as st

from orbit_domain.ledger.ledger import BookedCredit
from orbit_domain.money import RUB, TON, Money
from orbit_domain.payment.reversal import credit_left, taken_back


@given(
    arrived=st.integers(1, 2**120),
    credited=st.integers(0, 2**120),
    value=st.integers(0, 10**15),
    cuts=st.lists(st.integers(0, 2**120), max_size=5),
)
def test_parts_are_the_whole(arrived: int, credited: int, value: int, cuts: list[int]) -> None:
    """However it is cut: no unit and no kopeck is taken twice or left over, and nothing is ever given."""
    money, booked = Money(arrived, TON), BookedCredit(min(credited, arrived), value if credited else 0)
    gone, unmatched, worth = 0, 0, 0
    for end in sorted({min(cut, arrived) for cut in cuts} | {arrived}):
        part = taken_back(money, booked, gone, end - gone, RUB)
        assert part.amount.units == end - gone
        assert part.unmatched >= 0
        gone, unmatched, worth = end, unmatched + part.unmatched, worth + part.value.units
        left = credit_left(money, booked, gone)
        assert (left.units, left.value) == (booked.units - (gone - unmatched), booked.value - worth)
    assert (unmatched, worth) == (arrived - booked.units, booked.value)

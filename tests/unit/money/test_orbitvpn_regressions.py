"""A fault of OrbitVPN: it accepted `Decimal("abc")` and `NaN` as amounts of money."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_domain.money import RUB, Money

NUMBERS_THAT_ARE_NO_AMOUNT = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True), st.decimals(allow_nan=True), st.fractions(), st.text()
)


@given(NUMBERS_THAT_ARE_NO_AMOUNT)
def test_no_other_kind_of_number_becomes_money(units: object) -> None:
    """Floats, decimals, fractions and texts are refused as amounts, NaN and infinity included."""
    with pytest.raises(TypeError):
        Money(units, RUB)  # type: ignore[arg-type]


@pytest.mark.parametrize("poison", ["NaN", "sNaN", "Infinity", "-Infinity", "100"])
def test_decimals_never_become_money(poison: str) -> None:
    """Every decimal is refused, so that NaN can't reach a balance."""
    with pytest.raises(TypeError, match="Decimal"):
        Money(Decimal(poison), RUB)  # type: ignore[arg-type]

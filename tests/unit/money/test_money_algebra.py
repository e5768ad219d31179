"""Money: whole units of one currency that add up and are never negative."""

from dataclasses import FrozenInstanceError
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_domain.money import BASE_CURRENCIES, CURRENCIES, RUB, TON, Currency, CurrencyMismatch, Money, rub

CURRENCY = st.sampled_from([RUB, TON, Currency("USD", 2), Currency("XTR", 0)])
UNITS = st.integers(0, 2**120)


@given(UNITS, UNITS, CURRENCY)
def test_addition_is_exact_and_commutative(one: int, other: int, currency: Currency) -> None:
    """Addition is exact and commutative, for amounts of any size."""
    total = Money(one, currency) + Money(other, currency)
    assert total == Money(one + other, currency)
    assert total == Money(other, currency) + Money(one, currency)


@given(UNITS, UNITS, UNITS)
def test_addition_is_associative(first: int, second: int, third: int) -> None:
    """Addition is associative."""
    assert (rub(first) + rub(second)) + rub(third) == rub(first) + (rub(second) + rub(third))


@given(UNITS, CURRENCY)
def test_nothing_added_changes_nothing(units: int, currency: Currency) -> None:
    """Zero of a currency is its neutral element."""
    assert Money(units, currency) + Money(0, currency) == Money(units, currency)


@given(UNITS, UNITS)
def test_what_was_added_can_be_taken_away(one: int, other: int) -> None:
    """Taking away an addend leaves exactly the other one."""
    assert (rub(one) + rub(other)).minus(rub(other)) == rub(one)


@given(UNITS, UNITS)
def test_taking_away_stops_at_nothing(one: int, other: int) -> None:
    """The difference is what is left, and nothing when more is taken than there was."""
    assert rub(one).minus(rub(other)).units == max(0, one - other)


@given(UNITS, UNITS)
def test_covering_means_that_nothing_is_missing(held: int, price: int) -> None:
    """An amount covers a price exactly when no part of the price is left after it."""
    assert rub(held).covers(rub(price)) == rub(price).minus(rub(held)).is_zero


@pytest.mark.parametrize(("held", "covers"), [(12_899, False), (12_900, True), (12_901, True)])
def test_a_kopeck_decides_whether_a_price_is_covered(held: int, covers: bool) -> None:
    """129 roubles are paid by 12 900 kopecks, not by 12 899."""
    assert rub(held).covers(rub(12_900)) is covers


def test_another_currency_never_covers() -> None:
    """A fortune in another currency doesn't pay a price, not even a price of nothing."""
    assert not Money(10**18, TON).covers(rub(1))
    assert not Money(10**18, TON).covers(rub(0))


@pytest.mark.parametrize("sum_up", [lambda a, b: a + b, lambda a, b: a.minus(b)])
def test_two_currencies_are_never_added(sum_up) -> None:
    """Kopecks and nanotons can't be added or subtracted: CurrencyMismatch names the bug."""
    with pytest.raises(CurrencyMismatch, match="RUB and ton:native"):
        sum_up(rub(1), Money(1, TON))


def test_same_code_with_other_decimals_is_another_currency() -> None:
    """Units of different size are not the same money, whatever the code says."""
    with pytest.raises(CurrencyMismatch):
        rub(1) + Money(1, Currency("RUB", 0))


@given(st.integers(max_value=-1))
def test_money_is_never_negative(units: int) -> None:
    """A negative amount can't be created."""
    with pytest.raises(ValueError, match="never negative"):
        rub(units)


@pytest.mark.parametrize("units", [1.0, 0.0, True, "1", None, Fraction(1, 2), 1j, b"1"])
def test_only_whole_numbers_are_money(units: object) -> None:
    """Nothing but a plain integer counts units: no float, no text, no truth value."""
    with pytest.raises(TypeError, match="whole units"):
        Money(units, RUB)  # type: ignore[arg-type]


@given(UNITS)
def test_only_nothing_is_zero(units: int) -> None:
    """An amount is zero when it has no units, and at no other time."""
    assert rub(units).is_zero is (units == 0)


def test_an_amount_never_changes() -> None:
    """Money is an immutable value."""
    with pytest.raises(FrozenInstanceError):
        rub(1).units = 2  # type: ignore[misc]


def test_currencies_are_known_by_their_permanent_code() -> None:
    """CURRENCIES finds each currency by the code in the database."""
    decimals = {code: currency.decimals for code, currency in CURRENCIES.items()}
    usdt = "ton:jetton:0:B113A994B5024A16719F69139328EB759596C38A25F59028B146FECDC3621DFE"
    assert decimals == {"RUB": 2, "USD": 2, "EUR": 2, "ton:native": 9, usdt: 6, "XTR": 0}
    assert set(BASE_CURRENCIES) == {"RUB", "USD", "EUR"}
    assert all(currency.code == code for code, currency in CURRENCIES.items())

"""Amounts of money as people type them."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_domain.errors import Refusal
from orbit_domain.money import RUB, USD, Money, rub
from orbit_domain.payment.amount import NotAnAmount, parse_amount

CENTS = st.integers(0, 99)


@given(st.integers(0, 10**12 - 1), CENTS, st.sampled_from(".,"))
def test_an_amount_with_kopecks_is_read_to_the_kopeck(roubles: int, kopecks: int, point: str) -> None:
    """Dot or comma, two digits after it, and no rounding."""
    assert parse_amount(f"{roubles}{point}{kopecks:02}", RUB) == rub(roubles * 100 + kopecks)


@given(st.integers(0, 10**9))
def test_grouped_thousands_are_the_same_amount(roubles: int) -> None:
    """A person may put spaces, also unbreakable ones, between the thousands."""
    grouped = f"{roubles:,}".replace(",", "\u00a0")
    assert parse_amount(grouped, RUB) == parse_amount(f" {roubles} ", RUB) == rub(roubles * 100)


@pytest.mark.parametrize(
    ("typed", "kopecks"),
    [
        ("450", 45_000),
        ("450" + 37 * " ", 45_000),
        ("450.5", 45_050),
        ("450,50", 45_050),
        ("0450", 45_000),
        ("1 000", 100_000),
        ("0.01", 1),
    ],
)
def test_common_ways_to_write_an_amount(typed: str, kopecks: int) -> None:
    """One digit after the point means tens of kopecks; leading zeros mean nothing."""
    assert parse_amount(typed, RUB) == rub(kopecks)
    assert parse_amount(typed, USD) == Money(kopecks, USD)


@pytest.mark.parametrize(
    "typed",
    [
        "", " ", ".", "abc", "NaN", "Infinity", "-5", "+5", "1e3", "0x10", "1_000", "1,000", "1.234", "5.", ".5",
        "1.2.3", "٤٥٠", "４５０", "½", "450₽", "сто", "1" * 13, "1" * 41, "450" + 38 * " ", "\x00450", "450\u200b",
        pytest.param("0" * 1_000_000, id="a million zeros"),
    ],
)  # fmt: skip
def test_anything_else_is_refused(typed: str) -> None:
    """What isn't a whole or two-decimal number is refused, and never guessed."""
    with pytest.raises(NotAnAmount) as refused:
        parse_amount(typed, RUB)
    assert isinstance(refused.value, Refusal)
    assert typed.startswith(refused.value.typed)
    assert len(refused.value.typed) <= 40


@given(st.text())
def test_any_text_is_an_amount_or_a_refusal(typed: str) -> None:
    """Any text gives an amount or NotAnAmount, and the amount fits the number of digits."""
    with suppress(NotAnAmount):
        amount = parse_amount(typed, RUB)
        assert amount.units < 10**14
        assert any(char.isdigit() for char in typed)

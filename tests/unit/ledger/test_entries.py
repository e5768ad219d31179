"""A ledger entry is balanced and well-formed, or it can't be created."""

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_domain.errors import Refusal
from orbit_domain.ids import TelegramId
from orbit_domain.ledger.entries import fx_account
from orbit_domain.ledger.ledger import (
    REVENUE,
    UNMATCHED,
    Entry,
    EntryKind,
    InsufficientBalance,
    Line,
    UnbalancedEntry,
    asset_account,
    user_account,
)
from orbit_domain.money import RUB, TON, rub

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ANNA = user_account(TelegramId(1))
AMOUNTS = st.integers(-(2**70), 2**70).filter(bool)


def entry(*lines: Line) -> Entry:
    """An adjustment made of *lines*."""
    return Entry(EntryKind.ADJUSTMENT, "any", lines, NOON)


@given(st.lists(AMOUNTS, min_size=1, max_size=6).filter(sum))
def test_lines_that_cancel_out_make_an_entry(units: list[int]) -> None:
    """Any number of lines is fine as long as the last one balances the others."""
    lines = [Line(f"account:{place}", one, RUB) for place, one in enumerate(units)]
    assert entry(*lines, Line("rest", -sum(units), RUB)).lines[-1].units == -sum(units)


@given(st.lists(AMOUNTS, min_size=1, max_size=6).filter(sum))
def test_lines_that_leave_something_over_make_none(units: list[int]) -> None:
    """An entry that is off by one unit is refused."""
    with pytest.raises(UnbalancedEntry):
        entry(*(Line(f"account:{place}", one, RUB) for place, one in enumerate(units)))


def test_each_currency_balances_by_itself() -> None:
    """A hundred kopecks more and a hundred nanotons less are not a balanced entry."""
    with pytest.raises(UnbalancedEntry):
        entry(Line(ANNA, 100, RUB), Line(UNMATCHED, -100, TON))


def test_two_currencies_fit_one_entry_when_both_balance() -> None:
    """An exchange moves two currencies in one record."""
    lines = (Line("a", 1, RUB), Line("b", -1, RUB), Line("a", 5, TON), Line("b", -5, TON))
    assert entry(*lines).lines == lines


@pytest.mark.parametrize(
    "lines",
    [
        (),
        (Line(ANNA, 0, RUB),),
        (Line(ANNA, 0, RUB), Line(REVENUE, 0, RUB)),
        (Line(ANNA, 5, RUB), Line(REVENUE, -5, RUB), Line(UNMATCHED, 0, RUB)),
        (Line(ANNA, 5, RUB), Line(ANNA, -5, RUB)),
        (Line(ANNA, 5, RUB), Line(ANNA, 5, RUB), Line(REVENUE, -10, RUB)),
    ],
    ids=["no lines", "one empty line", "only empty lines", "an empty line", "to itself", "an account twice"],
)
def test_lines_without_meaning_make_no_entry(lines: tuple[Line, ...]) -> None:
    """Each line moves something, and each account and currency has one line at most."""
    with pytest.raises(UnbalancedEntry) as stopped:
        entry(*lines)
    assert (stopped.value.kind, stopped.value.ref) == (EntryKind.ADJUSTMENT, "any")


def test_lines_count_whole_units() -> None:
    """Floats that cancel out are still no money: they never enter the ledger."""
    with pytest.raises((TypeError, ValueError)):
        entry(Line(ANNA, 0.5, RUB), Line(REVENUE, -0.5, RUB))  # type: ignore[arg-type]


def test_an_entry_never_changes() -> None:
    """A ledger entry never changes; a correction is a new entry that names the old one."""
    first = entry(Line(ANNA, 5, RUB), Line(REVENUE, -5, RUB))
    with pytest.raises(FrozenInstanceError):
        first.ref = "other"  # type: ignore[misc]
    undone = (Line(ANNA, -5, RUB), Line(REVENUE, 5, RUB))
    back = Entry(EntryKind.ADJUSTMENT, "back", undone, NOON, "owner", "typo", "any")
    assert (back.actor, back.reason, back.corrects) == ("owner", "typo", "any")


def test_an_entry_without_an_actor_is_the_systems_own() -> None:
    """An entry without an actor is the system's, and it corrects nothing."""
    made = entry(Line(ANNA, 5, RUB), Line(REVENUE, -5, RUB))
    assert (made.actor, made.reason, made.corrects) == ("system", "", None)


@given(st.integers(1, 2**52), st.integers(1, 2**52))
def test_every_user_has_an_account_of_their_own(one: int, other: int) -> None:
    """Two balances never share an account, nor with any account of the shop."""
    first, second = user_account(TelegramId(one)), user_account(TelegramId(other))
    assert (first == second) == (one == other)
    assert first not in {UNMATCHED, REVENUE, asset_account("ton", TON), fx_account(RUB)}


def test_accounts_have_the_names_of_the_design() -> None:
    """Account names are fixed, because stored rows and audits use them."""
    assert user_account(TelegramId(42)) == "user:42"
    assert asset_account("ton", TON) == "asset:ton:ton:native"
    assert fx_account(RUB) == "fx:RUB"


def test_a_lacking_balance_is_a_refusal_with_facts() -> None:
    """The refusal holds the balance and the price."""
    refusal = InsufficientBalance(balance=rub(100), price=rub(12_900))
    assert isinstance(refusal, Refusal)
    assert refusal.price.minus(refusal.balance) == rub(12_800)

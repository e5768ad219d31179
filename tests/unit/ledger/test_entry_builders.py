"""The entries of the shop: each moves the right amount between the right accounts."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_domain.ids import TelegramId
from orbit_domain.ledger.entries import fx_account, money_credited
from orbit_domain.ledger.ledger import (
    REVENUE,
    UNMATCHED,
    Entry,
    EntryKind,
    UnbalancedEntry,
    asset_account,
    user_account,
)
from orbit_domain.money import RUB, TON, Currency, Money, rub
from orbit_domain.steps.book_receipt import money_arrived
from orbit_domain.steps.pay_order import order_paid

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ANNA = TelegramId(42)
MONEY = st.builds(Money, st.integers(1, 2**100), st.sampled_from([RUB, TON, Currency("XTR", 0)]))


def moved(*entries: Entry) -> dict[tuple[str, str], int]:
    """What each account holds of each currency after *entries*, empty accounts left out."""
    totals: Counter[tuple[str, str]] = Counter()
    for entry in entries:
        for line in entry.lines:
            totals[line.account, line.currency.code] += line.units
    return {place: units for place, units in totals.items() if units}


@given(MONEY)
def test_money_that_arrived_waits_unmatched(amount: Money) -> None:
    """It is debited from the account of its method and credited to *unmatched*."""
    entry = money_arrived("chain|1", "ton", amount, NOON)
    assert (entry.kind, entry.ref, entry.at) == (EntryKind.RECEIPT, "chain|1", NOON)
    assert moved(entry) == {
        (asset_account("ton", amount.currency), amount.currency.code): -amount.units,
        (UNMATCHED, amount.currency.code): amount.units,
    }


@given(MONEY, st.integers(1, 2**60))
def test_credited_money_leaves_unmatched_and_reaches_its_owner(amount: Money, kopecks: int) -> None:
    """Arrived and credited, nothing stays unmatched, the user holds the value, the rest is exchange."""
    arrival = money_arrived("chain|1", "ton", amount, NOON)
    credit = money_credited("chain|1", ANNA, amount, rub(kopecks), NOON)
    held = moved(arrival, credit)
    assert held.pop((user_account(ANNA), "RUB")) == kopecks
    assert held.pop((asset_account("ton", amount.currency), amount.currency.code)) == -amount.units
    assert not any(account == UNMATCHED for account, _ in held)
    assert {account for account, _ in held} <= {fx_account(RUB), fx_account(amount.currency)}


def test_an_exchange_shows_both_sides() -> None:
    """A ton credited as 129 roubles goes through both exchange accounts."""
    assert moved(money_credited("chain|1", ANNA, Money(10**9, TON), rub(12_900), NOON)) == {
        (UNMATCHED, "ton:native"): -(10**9),
        ("fx:ton:native", "ton:native"): 10**9,
        ("fx:RUB", "RUB"): -12_900,
        ("user:42", "RUB"): 12_900,
    }


def test_the_same_currency_isn_t_exchanged() -> None:
    """Roubles that are credited in full touch two accounts only."""
    assert moved(money_credited("card|1", ANNA, rub(50_000), rub(50_000), NOON)) == {
        (UNMATCHED, "RUB"): -50_000,
        ("user:42", "RUB"): 50_000,
    }


@pytest.mark.parametrize(("arrived", "value", "rest"), [(49_900, 50_000, -100), (50_100, 50_000, 100)])
def test_a_difference_in_the_same_currency_is_on_record(arrived: int, value: int, rest: int) -> None:
    """A difference between the credit and the receipt is on the exchange account."""
    assert moved(money_credited("card|1", ANNA, rub(arrived), rub(value), NOON))["fx:RUB", "RUB"] == rest


def test_a_credit_holds_its_actor_and_reason() -> None:
    """Assigned by hand, the entry holds the name and the reason; otherwise it is the system's."""
    by_hand = money_credited("chain|1", ANNA, rub(1), rub(1), NOON, "owner", "showed the transfer")
    exchanged = money_credited("chain|2", ANNA, Money(5, TON), rub(1), NOON, "owner", "showed the transfer")
    for entry in (by_hand, exchanged):
        assert (entry.kind, entry.actor, entry.reason) == (EntryKind.CREDIT, "owner", "showed the transfer")
    assert money_credited("chain|3", ANNA, rub(1), rub(1), NOON).actor == "system"


@given(st.integers(1, 10**12))
def test_a_paid_order_moves_its_price_to_revenue(price: int) -> None:
    """The price moves from the balance to revenue, with the order as reference."""
    entry = order_paid("order-7", ANNA, rub(price), NOON)
    assert (entry.kind, entry.ref, entry.at) == (EntryKind.ORDER, "order-7", NOON)
    assert moved(entry) == {("user:42", "RUB"): -price, (REVENUE, "RUB"): price}


@pytest.mark.parametrize(
    "build_entry",
    [
        lambda: money_arrived("r", "ton", Money(0, TON), NOON),
        lambda: money_credited("r", ANNA, Money(5, TON), rub(0), NOON),
        lambda: money_credited("r", ANNA, rub(5), rub(0), NOON),
        lambda: money_credited("r", ANNA, rub(0), rub(5), NOON),
        lambda: order_paid("r", ANNA, rub(0), NOON),
    ],
    ids=["nothing arrived", "worth nothing", "given nothing", "out of nothing", "a free order"],
)
def test_an_entry_that_moves_nothing_is_refused(build_entry) -> None:
    """An entry that moves no money is refused."""
    with pytest.raises(UnbalancedEntry):
        build_entry()

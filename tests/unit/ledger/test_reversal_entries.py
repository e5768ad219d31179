"""The entries of money that went back at a provider, of the debt that it leaves, and of what pays that debt."""

from datetime import UTC, datetime

import pytest

from orbit_domain.ids import TelegramId
from orbit_domain.ledger.ledger import Entry, EntryKind, Line
from orbit_domain.ledger.reversal_entries import TakenBack, debt_paid, money_reversed, time_refunded
from orbit_domain.money import RUB, TON, Money, rub

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ANNA = TelegramId(42)

COINS = TakenBack(Money(1_000, TON), unmatched=100, value=rub(90), from_balance=60)
ROUBLES = TakenBack(rub(1_000), unmatched=100, value=rub(890), from_balance=890)
NOBODYS = TakenBack(Money(1_000, TON), unmatched=1_000, value=Money(0, TON))


@pytest.mark.parametrize(
    ("taken", "tg_id", "lines"),
    [
        (
            COINS,
            ANNA,
            (
                Line("asset:ton:ton:native", 1_000, TON),
                Line("unmatched", -100, TON),
                Line("fx:ton:native", -900, TON),
                Line("fx:RUB", 90, RUB),
                Line("user:42", -60, RUB),
                Line("receivable:42", -30, RUB),
            ),
        ),
        (
            ROUBLES,
            ANNA,
            (
                Line("asset:ton:RUB", 1_000, RUB),
                Line("unmatched", -100, RUB),
                Line("fx:RUB", -10, RUB),
                Line("user:42", -890, RUB),
            ),
        ),
        (NOBODYS, None, (Line("asset:ton:ton:native", 1_000, TON), Line("unmatched", -1_000, TON))),
    ],
    ids=["coins, spent in part", "the base currency, credited with a loss", "nobody's"],
)
def test_a_reversal_leaves_from_where_the_money_is(
    taken: TakenBack, tg_id: TelegramId | None, lines: tuple[Line, ...]
) -> None:
    """From the asset goes what went back: against unmatched, the balance, and a debt for what was spent."""
    entry = money_reversed("list|9", "chain|7", "ton", taken, tg_id, NOON)
    assert entry == Entry(EntryKind.REFUND, "reversal:list|9", lines, NOON, corrects="receipt/chain|7")


def test_a_debt_is_paid_from_the_balance() -> None:
    """The balance loses what the debt does, under the name of what has brought the money."""
    lines = (Line("user:42", -30, RUB), Line("receivable:42", 30, RUB))
    assert debt_paid(ANNA, rub(30), "chain|8", NOON) == Entry(EntryKind.REFUND, "debt:chain|8", lines, NOON)


def test_time_taken_by_value_is_paid_out() -> None:
    """What the time was worth is a refund to the balance, under the name of what took it."""
    lines = (Line("refunds", -30, RUB), Line("user:42", 30, RUB))
    assert time_refunded(ANNA, rub(30), "reversal:list|9", NOON) == Entry(
        EntryKind.REFUND, "time:reversal:list|9", lines, NOON
    )

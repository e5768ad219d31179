"""The entries of a payout, whole: set aside, sent, put back, come back."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from orbit_domain.ids import PayoutId, TelegramId
from orbit_domain.ledger.entries import money_credited
from orbit_domain.ledger.ledger import Entry, EntryKind, Line
from orbit_domain.ledger.payout_entries import (
    payout_cancelled,
    payout_name,
    payout_reserved,
    payout_returned,
    payout_sent,
)
from orbit_domain.money import RUB, TON, Money, rub

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=1)
PAYOUT = PayoutId(UUID(int=7))
NAME = "payout:00000000-0000-0000-0000-000000000007"
ANNA = TelegramId(42)
COIN = Money(1_000, TON)
OWED = Line("refund_payable", 1_000, TON)
TAKEN = (Line("user:42", -12_900, RUB), Line("fx:RUB", 12_900, RUB), Line("fx:ton:native", -1_000, TON))
GIVEN = (Line("user:42", 12_900, RUB), Line("fx:RUB", -12_900, RUB), Line("fx:ton:native", 1_000, TON))


def reserved() -> Entry:
    """A coin that came as credit of 129 ₽ is set aside to go back."""
    return payout_reserved(PAYOUT, ANNA, COIN, rub(12_900), NOON, "cli:owner", "asked for")


def test_money_set_aside_is_owed_in_what_it_came_as() -> None:
    """The entry has the payout's name, and says who set it aside, when and why."""
    assert payout_name(PAYOUT) == NAME
    assert reserved() == Entry(EntryKind.REFUND, NAME, (*TAKEN, OWED), NOON, "cli:owner", "asked for")


def test_what_was_sent_is_owed_no_more() -> None:
    """What left the wallet was for the payout; the reason is the name of its transfer."""
    lines = (Line("refund_payable", -1_000, TON), Line("withdrawn", 1_000, TON))
    assert payout_sent(PAYOUT, COIN, LATER, "chain|9") == Entry(
        EntryKind.REFUND, f"{NAME}:sent", lines, LATER, reason="chain|9"
    )


def test_a_cancelled_payout_undoes_each_line() -> None:
    """All of it is put back, by whom and why is said, and the entry names what it corrects."""
    lines = (*GIVEN, Line("refund_payable", -1_000, TON))
    assert payout_cancelled(PAYOUT, reserved(), LATER, "cli:ben", "a slip") == Entry(
        EntryKind.REFUND, f"{NAME}:cancelled", lines, LATER, "cli:ben", "a slip", f"refund/{NAME}"
    )


def test_what_came_back_is_given_back_whole() -> None:
    """The customer gets all of the credit; what the network took of the coins is the shop's expense."""
    lines = (Line("withdrawn", -990, TON), *GIVEN, Line("network_fee", -10, TON))
    assert payout_returned(PAYOUT, reserved(), Money(990, TON), LATER, "chain|10") == Entry(
        EntryKind.REFUND, f"{NAME}:returned", lines, LATER, reason="chain|10", corrects=f"refund/{NAME}"
    )


def test_what_came_back_without_a_loss_costs_nothing() -> None:
    """When every coin comes back, no line speaks of the network."""
    entry = payout_returned(PAYOUT, reserved(), COIN, LATER, "chain|10")
    assert entry.lines == (Line("withdrawn", -1_000, TON), *GIVEN)


def test_a_credit_of_the_same_currency_says_when_and_nothing_more() -> None:
    """Roubles credited by the system: whole, at their time, without a reason."""
    lines = (Line("unmatched", -12_900, RUB), Line("user:42", 12_900, RUB))
    assert money_credited("card|1", ANNA, rub(12_900), rub(12_900), NOON) == Entry(
        EntryKind.CREDIT, "card|1", lines, NOON, "system", ""
    )

"""The entries of money that goes back to whoever paid: set aside, sent, or refused, line by line."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from orbit_domain.ids import PaymentId, TelegramId
from orbit_domain.ledger.entries import refund_refused, refund_reserved, refund_sent, reserved_amount
from orbit_domain.ledger.ledger import Entry, EntryKind, Line
from orbit_domain.money import RUB, STARS, TON, Money, rub

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=1)
PAYMENT = PaymentId(UUID(int=7))
ANNA = TelegramId(42)
COIN = Money(1_000_000_000, TON)

SAME = (Line("user:42", -12_900, RUB), Line("refund_payable", 12_900, RUB))
SHORT = (Line("user:42", -12_900, RUB), Line("fx:RUB", 100, RUB), Line("refund_payable", 12_800, RUB))
COINS = (
    Line("user:42", -12_900, RUB),
    Line("fx:RUB", 12_900, RUB),
    Line("fx:ton:native", -1_000_000_000, TON),
    Line("refund_payable", 1_000_000_000, TON),
)
CASES = [(rub(12_900), SAME), (rub(12_800), SHORT), (COIN, COINS)]
IDS = ["same currency", "tolerated shortfall", "coins"]


def reserved(amount: Money) -> Entry:
    """A reservation of *amount* that came as credit of 129 ₽."""
    return refund_reserved(PAYMENT, ANNA, amount, rub(12_900), NOON, "cli:owner", "asked for")


@pytest.mark.parametrize(("amount", "lines"), CASES, ids=IDS)
def test_a_reservation_takes_the_credit_and_owes_what_came(amount: Money, lines: tuple[Line, ...]) -> None:
    """The balance loses the credit that the money gave; owed is what came, in what it came."""
    entry = reserved(amount)
    assert entry == Entry(EntryKind.REFUND, f"payment:{PAYMENT}", lines, NOON, "cli:owner", "asked for")
    assert reserved_amount(entry) == amount


@pytest.mark.parametrize(("amount", "lines"), CASES, ids=IDS)
def test_a_refusal_undoes_each_line(amount: Money, lines: tuple[Line, ...]) -> None:
    """The provider's no puts everything back, and names what it corrects."""
    entry = refund_refused(PAYMENT, reserved(amount), LATER, "cli:owner")
    back = tuple(Line(line.account, -line.units, line.currency) for line in lines)
    corrects = f"refund/payment:{PAYMENT}"
    assert entry == Entry(EntryKind.REFUND, f"refused:{PAYMENT}", back, LATER, "cli:owner", "refused", corrects)


def test_what_was_sent_leaves_the_account_it_came_by() -> None:
    """The debt is paid from the method's own account; the provider's name of it is the reason."""
    entry = refund_sent(PAYMENT, "stars", Money(96, STARS), LATER, "charge-1")
    lines = (Line("refund_payable", -96, STARS), Line("asset:stars:XTR", 96, STARS))
    assert entry == Entry(EntryKind.REFUND, f"sent:{PAYMENT}", lines, LATER, reason="charge-1")

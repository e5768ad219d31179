"""A payout: from the owner's order to its end, whole, and what is refused on the way."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from orbit_domain.ids import PaymentId, PayoutId, TelegramId
from orbit_domain.ledger.payout_entries import payout_name
from orbit_domain.money import TON, Money
from orbit_domain.payment.payment import TON_METHOD
from orbit_domain.payment.payout import (
    MAX_MEMO_CHARS,
    BadDestination,
    Payout,
    PayoutClosed,
    PayoutState,
    checked_memo,
    unlike_entries,
)

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
WAITING = Payout(
    id=PayoutId(UUID(int=1)),
    payment_id=PaymentId(UUID(int=2)),
    tg_id=TelegramId(42),
    method=TON_METHOD,
    amount=Money(1_000, TON),
    destination="0:" + "C" * 64,
    comment="REF0123456789Z",
    state=PayoutState.WAITING,
    created_at=NOON,
    actor="cli:owner",
)


def test_an_end_says_when_and_by_which_transfer() -> None:
    """Sent, cancelled or come back: state, transfer and time of the end change, and nothing else."""
    sent = WAITING.send("chain|1", LATER)
    assert sent == replace(WAITING, state=PayoutState.SENT, transfer="chain|1", closed_at=LATER)
    assert WAITING.cancel(LATER) == replace(WAITING, state=PayoutState.CANCELLED, closed_at=LATER)
    back = sent.come_back("chain|2", LATER + timedelta(hours=1))
    assert (back.state, back.transfer, back.closed_at) == (
        PayoutState.RETURNED,
        "chain|2",
        LATER + timedelta(hours=1),
    )


def test_what_has_ended_ends_no_more() -> None:
    """The refusal names the payout and its state; what was never sent can't come back."""
    sent = WAITING.send("chain|1", LATER)
    for attempt, state in (
        (lambda: sent.send("chain|2", LATER), PayoutState.SENT),
        (lambda: sent.cancel(LATER), PayoutState.SENT),
        (lambda: WAITING.come_back("chain|2", LATER), PayoutState.WAITING),
        (lambda: WAITING.cancel(LATER).come_back("chain|2", LATER), PayoutState.CANCELLED),
    ):
        with pytest.raises(PayoutClosed) as refused:
            attempt()
        assert (refused.value.payout_id, refused.value.state) == (WAITING.id, state)


def test_a_memo_of_an_exchange_is_kept_as_typed() -> None:
    """Without blanks around it; the longest one that is allowed passes, one character more is refused by name."""
    assert checked_memo(TON_METHOD, " 10473321 ") == "10473321"
    longest = "x" * MAX_MEMO_CHARS
    assert checked_memo(TON_METHOD, longest) == longest
    for typed in (longest + "x", " ", "a\nb"):
        with pytest.raises(BadDestination) as refused:
            checked_memo(TON_METHOD, typed)
        assert (refused.value.method, refused.value.reason) == (TON_METHOD, "memo")


def test_payouts_whose_entries_are_not_those_of_their_state_are_named() -> None:
    """An entry too few, one too many, and one of no payout: each is named once; those that agree are left out."""
    ids = [PayoutId(UUID(int=number)) for number in range(1, 5)]
    good, short, long, unknown = ids
    states = {good: PayoutState.RETURNED, short: PayoutState.SENT, long: PayoutState.WAITING}
    booked = {payout_name(good, end) for end in ("", "sent", "returned")}
    booked |= {payout_name(short), payout_name(long), payout_name(long, "sent"), payout_name(long, "cancelled")}
    booked |= {payout_name(unknown)}
    assert unlike_entries(states, booked) == (str(short), str(long), str(unknown))
    assert unlike_entries({good: PayoutState.RETURNED}, {one for one in booked if str(good) in one}) == ()

"""Predecessor's faults with payments that weren't exactly as asked: each was lost, or doubled, or waved through."""

import pytest

from orbit_domain.errors import Refusal
from orbit_domain.payment.amount import NotAnAmount, parse_amount
from orbit_domain.payment.memo import MemoMatch, read_memo
from orbit_domain.payment.payment import PaymentStatus
from orbit_domain.payment.receipt import MemoResult
from orbit_domain.payment.settlement import settle
from orbit_domain.payment.transfer import Comment, CommentKind
from tests.unit.payment.paying import DUE, POLICY, PRICE, asked, came, given, minute, settle_in_steps


def test_late_payment_is_not_lost() -> None:
    """It looked for comments of pending payments only; here money for an expired one is credited in full."""
    turn = settle(asked(PaymentStatus.EXPIRED), [came(DUE.units, at=40)], POLICY)
    assert (turn.payment.status, given(turn)) == (PaymentStatus.CONFIRMED, PRICE.units)


def test_payment_of_a_cancelled_request_is_not_lost() -> None:
    """Opening a second checkout cancelled the first, and its money vanished; here it is credited."""
    turn = settle(asked().cancel(), [came(DUE.units)], POLICY)
    assert given(turn) == PRICE.units


def test_second_payment_is_not_lost() -> None:
    """The second transfer with the same comment was ignored; here it is on the balance."""
    _, booked = settle_in_steps(asked(), [[came(DUE.units, name="1")], [came(DUE.units, at=6, name="2")]])
    assert sum(booked.values()) == 2 * PRICE.units


def test_overpayment_is_not_lost() -> None:
    """Only the asked sum was credited; here the surplus is too."""
    assert given(settle(asked(), [came(DUE.units * 3)], POLICY)) == PRICE.units * 3


@pytest.mark.parametrize("percent", [95, 96, 97, 98, 99])
def test_underpayment_of_five_percent_is_not_silently_taken_as_full(percent: int) -> None:
    """The silent tolerance of 5 % is gone: the request stays open, and what is missing is said."""
    turn = settle(asked(), [came(DUE.units * percent // 100)], POLICY)
    assert (turn.payment.status, given(turn)) == (PaymentStatus.PENDING, 0)
    assert turn.missing.units == DUE.units * (100 - percent) // 100


def test_underpayment_is_not_lost_either() -> None:
    """What came short was kept without a word; here it is on the balance when the time is over."""
    turn = settle(asked(), [came(DUE.units // 4)], POLICY, watermark=minute(16))
    assert (turn.payment.status, given(turn)) == (PaymentStatus.EXPIRED, PRICE.units // 4)


def test_double_confirmation_credits_once() -> None:
    """The poller and the button both confirmed, and both credited; here any number of confirmations credits once."""
    receipt = came(DUE.units)
    seen, watermarks = [[receipt], [], [], []], [None, None, minute(99), minute(999)]
    payment, booked = settle_in_steps(asked(), seen, watermarks=watermarks)
    assert (payment.status, booked) == (PaymentStatus.CONFIRMED, {receipt.ref: PRICE.units})


@pytest.mark.parametrize("written", ["129", "42", "payment 129 rub", "0123456789"])
def test_a_number_in_a_comment_is_nobody_s_payment(written: str) -> None:
    """Amounts and ids were searched for inside free text; here only a whole valid memo names a payment."""
    assert read_memo(Comment(CommentKind.TEXT, written)) == MemoMatch(MemoResult.GARBLED)


@pytest.mark.parametrize("typed", ["abc", "NaN", "nan", "sNaN", "Infinity", "-1", "1e9", "", "200.001"])
def test_words_and_nan_are_refused_as_sums(typed: str) -> None:
    """`Decimal("abc")` crashed the dialogue and `NaN` passed every limit; here both are a refusal."""
    with pytest.raises(NotAnAmount) as refused:
        parse_amount(typed)
    assert isinstance(refused.value, Refusal)

"""Faults of OrbitVPN with unusual payments: each was lost, credited twice, or accepted without a check."""

import pytest

from orbit_domain.errors import Refusal
from orbit_domain.money import RUB
from orbit_domain.payment.amount import NotAnAmount, parse_amount
from orbit_domain.payment.memo import MemoMatch, read_memo
from orbit_domain.payment.payment import PaymentStatus
from orbit_domain.payment.receipt import MemoResult
from orbit_domain.payment.source_record import Comment, CommentKind
from tests.unit.payment.samples import (
    AT_QUOTE,
    DUE,
    NOON,
    POLICY,
    PRICE,
    credited_kopecks,
    make_payment,
    make_receipt,
    minute,
    settle,
    settle_in_steps,
)


def test_late_payment_is_not_lost() -> None:
    """OrbitVPN matched only pending payments; here money for an expired one is credited in full."""
    result = settle(make_payment(PaymentStatus.EXPIRED), [make_receipt(DUE.units, at=40)], POLICY)
    assert (result.payment.status, credited_kopecks(result)) == (PaymentStatus.CONFIRMED, PRICE.units)


def test_payment_of_a_cancelled_request_is_not_lost() -> None:
    """In OrbitVPN a second checkout cancelled the first and its money was lost; here it is credited."""
    result = settle(make_payment().cancel(NOON), [make_receipt(DUE.units)], POLICY)
    assert credited_kopecks(result) == PRICE.units


def test_second_payment_is_not_lost() -> None:
    """OrbitVPN ignored a second transfer with the same comment; here it is on the balance."""
    _, booked = settle_in_steps(
        make_payment(),
        [[make_receipt(DUE.units, name="1")], [make_receipt(DUE.units, at=6, name="2")]],
        rates={"chain|2": AT_QUOTE},
    )
    assert sum(booked.values()) == 2 * PRICE.units


def test_overpayment_is_not_lost() -> None:
    """OrbitVPN credited only the amount due; here the surplus is credited too, at the rate of its own time."""
    receipt = make_receipt(DUE.units * 3)
    result = settle(make_payment(), [receipt], POLICY, rates={receipt.ref: AT_QUOTE})
    assert credited_kopecks(result) == PRICE.units * 3


@pytest.mark.parametrize("percent", [95, 96, 97, 98, 99])
def test_underpayment_of_five_percent_is_not_accepted_as_full(percent: int) -> None:
    """The silent tolerance of 5 % is gone: the payment stays pending, and the missing amount is reported."""
    result = settle(make_payment(), [make_receipt(DUE.units * percent // 100)], POLICY)
    assert (result.payment.status, credited_kopecks(result)) == (PaymentStatus.PENDING, 0)
    assert result.missing.units == DUE.units * (100 - percent) // 100


def test_underpayment_is_not_lost_either() -> None:
    """OrbitVPN kept a partial payment without a credit; here it is on the balance at expiry."""
    result = settle(make_payment(), [make_receipt(DUE.units // 4)], POLICY, watermark=minute(16))
    assert (result.payment.status, credited_kopecks(result)) == (PaymentStatus.EXPIRED, PRICE.units // 4)


def test_double_confirmation_credits_once() -> None:
    """In OrbitVPN the poller and the button both credited; here any number of confirmations credits once."""
    receipt = make_receipt(DUE.units)
    seen, watermarks = [[receipt], [], [], []], [None, None, minute(99), minute(999)]
    payment, booked = settle_in_steps(make_payment(), seen, watermarks=watermarks)
    assert (payment.status, booked) == (PaymentStatus.CONFIRMED, {receipt.ref: PRICE.units})


@pytest.mark.parametrize("written", ["129", "42", "payment 129 rub", "0123456789"])
def test_a_number_in_a_comment_matches_no_payment(written: str) -> None:
    """OrbitVPN searched free text for amounts and ids; here only a whole valid memo names a payment."""
    assert read_memo(Comment(CommentKind.TEXT, written)) == MemoMatch(MemoResult.GARBLED)


@pytest.mark.parametrize("typed", ["abc", "NaN", "nan", "sNaN", "Infinity", "-1", "1e9", "", "200.001"])
def test_words_and_nan_are_refused_as_amounts(typed: str) -> None:
    """In OrbitVPN `Decimal("abc")` crashed the dialog and `NaN` passed every limit; here both are refused."""
    with pytest.raises(NotAnAmount) as refused:
        parse_amount(typed, RUB)
    assert isinstance(refused.value, Refusal)

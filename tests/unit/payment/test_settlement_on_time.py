"""Receipts while the payment is open: 129 ₽ are due as one ton, half a percent is tolerated."""

from fractions import Fraction

import pytest

from orbit_domain.money import RUB, TON, Money
from orbit_domain.payment.payment import PaymentStatus
from tests.unit.payment.samples import (
    AT_DEADLINE,
    AT_QUOTE,
    DUE,
    LATE_IN_GRACE,
    POLICY,
    PRICE,
    ZERO_TOLERANCE,
    booked_of,
    credited_kopecks,
    kopecks_by_name,
    make_payment,
    make_receipt,
    minute,
    settle,
    settle_in_steps,
)

MINIMUM = 995_000_000
HALF = 500_000_000


def test_nothing_came_nothing_happens() -> None:
    """Without receipts the request stays as it is, and the whole amount is missing."""
    result = settle(make_payment(), [], POLICY)
    assert result.payment == make_payment()
    assert (result.credits, result.unpriced) == ((), ())
    assert (result.received, result.missing) == (Money(0, TON), DUE)


def test_the_exact_amount_confirms() -> None:
    """The payment is confirmed at the chain's time of arrival, and the price is on the balance."""
    result = settle(make_payment(), [make_receipt(DUE.units, at=7, seen=9)], POLICY)
    assert (result.payment.status, result.payment.confirmed_at) == (PaymentStatus.CONFIRMED, minute(7))
    assert credited_kopecks(result) == PRICE.units
    assert (result.received, result.missing) == (DUE, Money(0, TON))


def test_two_halves_confirm_when_the_second_comes() -> None:
    """The first half confirms nothing and gives nothing yet; with the second the price is there to the kopeck."""
    first, second = make_receipt(HALF, at=3, name="1"), make_receipt(HALF, at=8, name="2")
    waiting = settle(make_payment(), [first], POLICY)
    assert (waiting.payment.status, credited_kopecks(waiting)) == (PaymentStatus.PENDING, 0)
    done = settle(waiting.payment, [first, second], POLICY)
    assert (done.payment.status, done.payment.confirmed_at) == (PaymentStatus.CONFIRMED, minute(8))
    assert kopecks_by_name(done) == {"1": 6_450, "2": 6_450}


def test_a_part_waits_and_the_rest_is_missing() -> None:
    """A part changes no status: the remainder is missing, to be sent with the same comment."""
    result = settle(make_payment(), [make_receipt(400_000_000)], POLICY)
    assert result.payment == make_payment()
    assert (result.received.units, result.missing.units) == (400_000_000, 600_000_000)
    assert result.credits == ()


def test_the_missing_part_confirms_exactly() -> None:
    """Sending what was shown as missing ends the payment, without a surplus and without another remainder."""
    first = settle(make_payment(), [make_receipt(123_456_789)], ZERO_TOLERANCE)
    rest = settle(
        make_payment(), [make_receipt(123_456_789), make_receipt(first.missing.units, name="2")], ZERO_TOLERANCE
    )
    assert (rest.payment.status, credited_kopecks(rest), rest.missing.units) == (
        PaymentStatus.CONFIRMED,
        PRICE.units,
        0,
    )


@pytest.mark.parametrize("units", [MINIMUM, MINIMUM + 1, DUE.units - 1])
def test_a_tolerated_shortfall_pays_in_full(units: int) -> None:
    """Half a percent may be missing: confirmed, credited with the whole price, nothing missing."""
    result = settle(make_payment(), [make_receipt(units)], POLICY)
    assert (result.payment.status, credited_kopecks(result), result.missing.units) == (
        PaymentStatus.CONFIRMED,
        PRICE.units,
        0,
    )


def test_one_unit_less_than_tolerated_doesn_t_pay() -> None:
    """A nanoton below the tolerance the payment stays open and misses the difference to the full amount."""
    result = settle(make_payment(), [make_receipt(MINIMUM - 1)], POLICY)
    assert (result.payment.status, credited_kopecks(result)) == (PaymentStatus.PENDING, 0)
    assert result.missing.units == DUE.units - (MINIMUM - 1)


def test_without_tolerance_a_single_unit_is_missing() -> None:
    """Where nothing is tolerated, one unit short is short."""
    result = settle(make_payment(), [make_receipt(DUE.units - 1)], ZERO_TOLERANCE)
    assert (result.payment.status, result.missing.units) == (PaymentStatus.PENDING, 1)


@pytest.mark.parametrize(
    ("units", "kopecks"),
    [(DUE.units + 1, 0), (DUE.units + 77_520, 1), (2 * DUE.units, 12_900), (10 * DUE.units, 116_100)],
)
def test_a_surplus_goes_to_the_balance(units: int, kopecks: int) -> None:
    """More than the amount due confirms, and the surplus is credited at its own rate, rounded down to the kopeck."""
    receipt = make_receipt(units)
    result = settle(make_payment(), [receipt], POLICY, rates={receipt.ref: AT_QUOTE})
    assert result.payment.status is PaymentStatus.CONFIRMED
    assert kopecks_by_name(result) == {"1": PRICE.units} | ({"1+": kopecks} if kopecks else {})


def test_a_surplus_in_the_base_currency_needs_no_rate() -> None:
    """Roubles for roubles: what is above the price is worth itself, and nobody is asked for a rate."""
    receipt = make_receipt(PRICE.units + 7_100, asset=RUB)
    result = settle(make_payment(due=PRICE), [receipt], POLICY)
    assert result.payment.status is PaymentStatus.CONFIRMED
    assert kopecks_by_name(result) == {"1": PRICE.units, "1+": 7_100}


@pytest.mark.parametrize("factor", [Fraction(1, 2), Fraction(2)])
def test_the_locked_quote_is_no_option_on_the_coin(factor: Fraction) -> None:
    """Only what was due has the locked rate: a hundred times as much is worth what the coin is worth then."""
    receipt = make_receipt(100 * DUE.units, at=LATE_IN_GRACE)
    for status in (PaymentStatus.PENDING, PaymentStatus.CANCELLED, PaymentStatus.EXPIRED):
        result = settle(make_payment(status), [receipt], POLICY, rates={receipt.ref: AT_QUOTE * factor})
        assert credited_kopecks(result) == PRICE.units + int(99 * PRICE.units * factor)


def test_a_surplus_waits_for_its_rate_and_holds_up_nothing() -> None:
    """Without a rate the amount due is credited at once and the surplus waits; with one it is credited once."""
    receipt = make_receipt(3 * DUE.units)
    first = settle(make_payment(), [receipt])
    assert (first.payment.status, credited_kopecks(first)) == (PaymentStatus.CONFIRMED, PRICE.units)
    assert [share.amount.units for share in first.unpriced] == [2 * DUE.units]
    later = settle(first.payment, [receipt], booked=booked_of(first), rates={receipt.ref: AT_QUOTE})
    assert (kopecks_by_name(later), later.unpriced) == ({"1+": 2 * PRICE.units}, ())
    both = booked_of(first) | booked_of(later)
    assert settle(first.payment, [receipt], booked=both, rates={receipt.ref: AT_QUOTE}).credits == ()


def test_what_follows_a_tolerated_shortfall_is_credited() -> None:
    """Half a percent was missing and came later: it is no part of the price any more, so it is the customer's."""
    first, rest = make_receipt(MINIMUM, name="1"), make_receipt(DUE.units - MINIMUM, at=7, name="2")
    payment, booked = settle_in_steps(make_payment(), [[first], [rest]], rates={rest.ref: AT_QUOTE})
    assert payment.status is PaymentStatus.CONFIRMED
    assert booked == {first.ref: PRICE.units, f"{rest.ref}|surplus": PRICE.units * 5 // 1000}


def test_paying_twice_credits_twice() -> None:
    """Two transfers of the full amount in one block: the second is on the balance."""
    twice = [make_receipt(DUE.units, name="1"), make_receipt(DUE.units, name="2")]
    result = settle(make_payment(), twice, POLICY, rates={"chain|2": AT_QUOTE})
    assert kopecks_by_name(result) == {"1": PRICE.units, "2+": PRICE.units}


def test_a_second_payment_long_confirmed_is_credited() -> None:
    """A transfer for a confirmed payment changes no status and no time; its value is on the balance."""
    first, second = make_receipt(DUE.units, at=3, name="1"), make_receipt(DUE.units, at=20, name="2")
    payment, booked = settle_in_steps(make_payment(), [[first], [second]], rates={second.ref: AT_QUOTE})
    assert (payment.status, payment.confirmed_at) == (PaymentStatus.CONFIRMED, minute(3))
    assert booked == {first.ref: PRICE.units, f"{second.ref}|surplus": PRICE.units}


def test_the_same_receipt_seen_twice_counts_once() -> None:
    """A receipt that is twice in the list counts once."""
    half = make_receipt(HALF)
    result = settle(make_payment(), [half, half], POLICY)
    assert (result.payment.status, result.received.units, credited_kopecks(result)) == (PaymentStatus.PENDING, HALF, 0)


def test_a_transfer_at_the_deadline_is_in_time() -> None:
    """The last second of the window belongs to the customer."""
    result = settle(make_payment(), [make_receipt(DUE.units, at=AT_DEADLINE)], POLICY, watermark=minute(AT_DEADLINE))
    assert (result.payment.status, credited_kopecks(result)) == (PaymentStatus.CONFIRMED, PRICE.units)


def test_only_the_chain_s_time_counts() -> None:
    """A transfer made in time and seen six hours later is in time."""
    late_to_us = make_receipt(DUE.units, at=5, seen=365)
    for status in (PaymentStatus.PENDING, PaymentStatus.EXPIRED):
        result = settle(make_payment(status), [late_to_us], POLICY, watermark=minute(400))
        assert (result.payment.status, credited_kopecks(result)) == (PaymentStatus.CONFIRMED, PRICE.units)
        assert result.payment.confirmed_at == minute(5)


@pytest.mark.parametrize("units", [1, 1_000, 77_519])
def test_dust_changes_no_status_and_gives_nothing(units: int) -> None:
    """Less than a kopeck's worth neither confirms nor closes nor credits, in any state of the payment."""
    for status in PaymentStatus:
        result = settle(make_payment(status), [make_receipt(units)], POLICY)
        assert (result.payment.status, result.credits) == (status, ())


def test_dust_adds_up() -> None:
    """Dust receipts add up: no unit is lost."""
    specks = [make_receipt(51_680, name=str(number)) for number in range(1, 4)]
    result = settle(make_payment(PaymentStatus.EXPIRED), specks, POLICY)
    assert kopecks_by_name(result) == {"2": 1, "3": 1}


def test_the_largest_amount_a_chain_can_carry_is_counted() -> None:
    """Integers don't overflow: 2^120 - 1 units are credited to the kopeck."""
    units = 2**120 - 1
    receipt = make_receipt(units)
    result = settle(make_payment(), [receipt], POLICY, rates={receipt.ref: AT_QUOTE})
    assert credited_kopecks(result) == PRICE.units + PRICE.units * (units - DUE.units) // DUE.units

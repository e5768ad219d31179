"""Receipts while the payment is open: 129 ₽ are due as one ton, half a percent is tolerated."""

import pytest

from orbit_domain.money import TON, Money
from orbit_domain.payment.payment import PaymentStatus
from orbit_domain.payment.settlement import settle
from tests.unit.payment.samples import (
    AT_DEADLINE,
    DUE,
    POLICY,
    PRICE,
    ZERO_TOLERANCE,
    credited_kopecks,
    kopecks_by_name,
    make_payment,
    make_receipt,
    minute,
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
    [(DUE.units + 1, 12_900), (DUE.units + 77_520, 12_901), (2 * DUE.units, 25_800), (10 * DUE.units, 129_000)],
)
def test_a_surplus_goes_to_the_balance(units: int, kopecks: int) -> None:
    """More than the amount due confirms, and the surplus is credited at the locked rate, rounded down to the kopeck."""
    result = settle(make_payment(), [make_receipt(units)], POLICY)
    assert (result.payment.status, credited_kopecks(result)) == (PaymentStatus.CONFIRMED, kopecks)


def test_paying_twice_credits_twice() -> None:
    """Two transfers of the full amount in one block: the second is on the balance."""
    result = settle(make_payment(), [make_receipt(DUE.units, name="1"), make_receipt(DUE.units, name="2")], POLICY)
    assert kopecks_by_name(result) == {"1": PRICE.units, "2": PRICE.units}


def test_a_second_payment_long_confirmed_is_credited() -> None:
    """A transfer for a confirmed payment changes no status and no time; its value is on the balance."""
    first, second = make_receipt(DUE.units, at=3, name="1"), make_receipt(DUE.units, at=20, name="2")
    payment, booked = settle_in_steps(make_payment(), [[first], [second]])
    assert (payment.status, payment.confirmed_at) == (PaymentStatus.CONFIRMED, minute(3))
    assert booked == {first.ref: PRICE.units, second.ref: PRICE.units}


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
    result = settle(make_payment(), [make_receipt(units)], POLICY)
    assert credited_kopecks(result) == PRICE.units + PRICE.units * (units - DUE.units) // DUE.units

"""Money that comes while the request is open: 129 ₽ are asked for as one ton, half a percent is tolerated."""

import pytest

from orbit_domain.money import TON, Money
from orbit_domain.payment.payment import PaymentStatus
from orbit_domain.payment.settlement import settle
from tests.unit.payment.paying import (
    AT_DEADLINE,
    DUE,
    EXACTING,
    POLICY,
    PRICE,
    asked,
    came,
    given,
    kopecks_by_name,
    minute,
    settle_in_steps,
)

LEAST = 995_000_000
HALF = 500_000_000


def test_nothing_came_nothing_happens() -> None:
    """Without receipts the request stays as it is, and the whole amount is missing."""
    turn = settle(asked(), [], POLICY)
    assert turn.payment == asked()
    assert (turn.credits, turn.unpriced) == ((), ())
    assert (turn.received, turn.missing) == (Money(0, TON), DUE)


def test_the_exact_amount_confirms() -> None:
    """The payment is confirmed at the chain's time of arrival, and the price is on the balance."""
    turn = settle(asked(), [came(DUE.units, at=7, seen=9)], POLICY)
    assert (turn.payment.status, turn.payment.confirmed_at) == (PaymentStatus.CONFIRMED, minute(7))
    assert given(turn) == PRICE.units
    assert (turn.received, turn.missing) == (DUE, Money(0, TON))


def test_two_halves_confirm_when_the_second_comes() -> None:
    """The first half confirms nothing and gives nothing yet; with the second the price is there to the kopeck."""
    first, second = came(HALF, at=3, name="1"), came(HALF, at=8, name="2")
    waiting = settle(asked(), [first], POLICY)
    assert (waiting.payment.status, given(waiting)) == (PaymentStatus.PENDING, 0)
    done = settle(waiting.payment, [first, second], POLICY)
    assert (done.payment.status, done.payment.confirmed_at) == (PaymentStatus.CONFIRMED, minute(8))
    assert kopecks_by_name(done) == {"1": 6_450, "2": 6_450}


def test_a_part_waits_and_the_rest_is_asked_for() -> None:
    """A part changes no status: the remainder is missing, to be sent with the same comment."""
    turn = settle(asked(), [came(400_000_000)], POLICY)
    assert turn.payment == asked()
    assert (turn.received.units, turn.missing.units) == (400_000_000, 600_000_000)
    assert turn.credits == ()


def test_the_missing_part_confirms_exactly() -> None:
    """Sending what was shown as missing ends the payment, without a surplus and without another remainder."""
    first = settle(asked(), [came(123_456_789)], EXACTING)
    rest = settle(asked(), [came(123_456_789), came(first.missing.units, name="2")], EXACTING)
    assert (rest.payment.status, given(rest), rest.missing.units) == (PaymentStatus.CONFIRMED, PRICE.units, 0)


@pytest.mark.parametrize("units", [LEAST, LEAST + 1, DUE.units - 1])
def test_a_tolerated_shortfall_pays_in_full(units: int) -> None:
    """Half a percent eaten by somebody's fee: confirmed, credited with the whole price, nothing missing."""
    turn = settle(asked(), [came(units)], POLICY)
    assert (turn.payment.status, given(turn), turn.missing.units) == (PaymentStatus.CONFIRMED, PRICE.units, 0)


def test_one_unit_less_than_tolerated_doesn_t_pay() -> None:
    """A nanoton below the tolerance the payment stays open and misses the difference to the full amount."""
    turn = settle(asked(), [came(LEAST - 1)], POLICY)
    assert (turn.payment.status, given(turn)) == (PaymentStatus.PENDING, 0)
    assert turn.missing.units == DUE.units - (LEAST - 1)


def test_without_tolerance_a_single_unit_is_missed() -> None:
    """Where nothing is tolerated, one unit short is short."""
    turn = settle(asked(), [came(DUE.units - 1)], EXACTING)
    assert (turn.payment.status, turn.missing.units) == (PaymentStatus.PENDING, 1)


@pytest.mark.parametrize(
    ("units", "kopecks"),
    [(DUE.units + 1, 12_900), (DUE.units + 77_520, 12_901), (2 * DUE.units, 25_800), (10 * DUE.units, 129_000)],
)
def test_a_surplus_goes_to_the_balance(units: int, kopecks: int) -> None:
    """More than asked confirms, and the surplus is credited at the locked rate, rounded down to the kopeck."""
    turn = settle(asked(), [came(units)], POLICY)
    assert (turn.payment.status, given(turn)) == (PaymentStatus.CONFIRMED, kopecks)


def test_paying_twice_credits_twice() -> None:
    """Two transfers of the full amount in one block: the second is on the balance."""
    turn = settle(asked(), [came(DUE.units, name="1"), came(DUE.units, name="2")], POLICY)
    assert kopecks_by_name(turn) == {"1": PRICE.units, "2": PRICE.units}


def test_a_second_payment_long_confirmed_is_credited() -> None:
    """A transfer for a confirmed payment changes no status and no time; its value is on the balance."""
    first, second = came(DUE.units, at=3, name="1"), came(DUE.units, at=20, name="2")
    payment, booked = settle_in_steps(asked(), [[first], [second]])
    assert (payment.status, payment.confirmed_at) == (PaymentStatus.CONFIRMED, minute(3))
    assert booked == {first.ref: PRICE.units, second.ref: PRICE.units}


def test_the_same_receipt_seen_twice_counts_once() -> None:
    """A receipt handed over twice in one list is one receipt: two halves of the same transfer aren't the whole."""
    half = came(HALF)
    turn = settle(asked(), [half, half], POLICY)
    assert (turn.payment.status, turn.received.units, given(turn)) == (PaymentStatus.PENDING, HALF, 0)


def test_a_transfer_at_the_deadline_is_in_time() -> None:
    """The last second of the window belongs to the customer."""
    turn = settle(asked(), [came(DUE.units, at=AT_DEADLINE)], POLICY, watermark=minute(AT_DEADLINE))
    assert (turn.payment.status, given(turn)) == (PaymentStatus.CONFIRMED, PRICE.units)


def test_only_the_chain_s_time_counts() -> None:
    """A transfer made in time and seen six hours later is in time, whatever we were doing meanwhile."""
    late_to_us = came(DUE.units, at=5, seen=365)
    for status in (PaymentStatus.PENDING, PaymentStatus.EXPIRED):
        turn = settle(asked(status), [late_to_us], POLICY, watermark=minute(400))
        assert (turn.payment.status, given(turn)) == (PaymentStatus.CONFIRMED, PRICE.units)
        assert turn.payment.confirmed_at == minute(5)


@pytest.mark.parametrize("units", [1, 1_000, 77_519])
def test_dust_changes_no_status_and_gives_nothing(units: int) -> None:
    """Less than a kopeck's worth neither confirms nor closes nor credits, in any state of the payment."""
    for status in PaymentStatus:
        turn = settle(asked(status), [came(units)], POLICY)
        assert (turn.payment.status, turn.credits) == (status, ())


def test_dust_adds_up() -> None:
    """Specks worth nothing by themselves are together worth what they are: no unit is forgotten."""
    specks = [came(51_680, name=str(number)) for number in range(1, 4)]
    turn = settle(asked(PaymentStatus.EXPIRED), specks, POLICY)
    assert kopecks_by_name(turn) == {"2": 1, "3": 1}


def test_the_largest_amount_a_chain_can_carry_is_counted() -> None:
    """Integers don't overflow: 2^120 - 1 units are credited to the kopeck."""
    units = 2**120 - 1
    turn = settle(asked(), [came(units)], POLICY)
    assert given(turn) == PRICE.units + PRICE.units * (units - DUE.units) // DUE.units

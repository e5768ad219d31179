"""Settlement of late and partial receipts, of other assets, and of cancelled payments."""

from fractions import Fraction

import pytest

from orbit_domain.money import rub
from orbit_domain.payment.payment import PaymentStatus
from orbit_domain.payment.settlement import is_within_quote
from tests.unit.payment.samples import (
    AT_DEADLINE,
    DUE,
    JETTON,
    LAST_OF_GRACE,
    LATE_IN_GRACE,
    NOON,
    POLICY,
    PRICE,
    TOO_LATE,
    booked_of,
    credited_kopecks,
    kopecks_by_name,
    make_payment,
    make_receipt,
    minute,
    settle,
    settle_in_steps,
    whole,
)

HALF = DUE.units // 2
AFTER_EVERYTHING = minute(10_000)


@pytest.mark.parametrize("status", [PaymentStatus.PENDING, PaymentStatus.EXPIRED, PaymentStatus.CANCELLED])
@pytest.mark.parametrize("at", [AT_DEADLINE + 1, LATE_IN_GRACE, LAST_OF_GRACE])
def test_within_the_grace_the_locked_quote_applies(status: PaymentStatus, at: int) -> None:
    """Up to the last second of the grace the locked quote applies: confirmed, and credited as if in time."""
    result = settle(make_payment(status), [make_receipt(DUE.units, at=at)], POLICY, watermark=AFTER_EVERYTHING)
    assert (result.payment.status, result.payment.confirmed_at) == (PaymentStatus.CONFIRMED, minute(at))
    assert (credited_kopecks(result), result.unpriced) == (PRICE.units, ())


@pytest.mark.parametrize("seconds_after", [1, 60, 86_400 * 90])
def test_beyond_the_grace_the_locked_quote_is_over(seconds_after: int) -> None:
    """After the grace, a receipt needs the rate of its own time."""
    receipt = make_receipt(DUE.units, at=LAST_OF_GRACE + seconds_after / 60)
    assert not is_within_quote(make_payment(), receipt)
    result = settle(make_payment(), [receipt], POLICY, watermark=AFTER_EVERYTHING)
    assert (result.payment.status, result.credits, result.unpriced) == (PaymentStatus.EXPIRED, (), (whole(receipt),))
    assert (result.received.units, result.missing) == (0, DUE)


@pytest.mark.parametrize(("rate_percent", "kopecks"), [(120, 15_480), (100, 12_900), (80, 10_320)])
def test_too_late_is_credited_at_the_rate_of_its_own_time(rate_percent: int, kopecks: int) -> None:
    """The customer gets the receipt's value at its own time, with a higher or a lower rate."""
    receipt = make_receipt(DUE.units, at=TOO_LATE)
    rate = Fraction(PRICE.units * rate_percent, 100 * DUE.units)
    result = settle(make_payment(PaymentStatus.EXPIRED), [receipt], POLICY, rates={receipt.ref: rate})
    assert kopecks_by_name(result) == {"1": kopecks}
    assert result.unpriced == ()
    assert result.payment.status is PaymentStatus.EXPIRED


def test_without_a_rate_late_money_waits_and_isn_t_lost() -> None:
    """A late receipt stays unpriced until a rate is known, and is then credited once."""
    receipt = make_receipt(DUE.units, at=TOO_LATE)
    expired = settle(make_payment(), [receipt], POLICY, watermark=AFTER_EVERYTHING).payment
    rates = {receipt.ref: Fraction(1, 10_000_000)}
    later = settle(expired, [receipt], POLICY, rates=rates)
    again = settle(expired, [receipt], POLICY, rates=rates, booked=booked_of(later))
    assert (credited_kopecks(later), later.unpriced) == (100, ())
    assert (again.credits, again.unpriced) == ((), ())


def test_a_value_at_its_own_rate_is_rounded_down() -> None:
    """The value is rounded down; less than one kopeck is no credit."""
    almost_two, almost_one = make_receipt(199, at=TOO_LATE, name="1"), make_receipt(99, at=TOO_LATE, name="2")
    rates = {receipt.ref: Fraction(1, 100) for receipt in (almost_two, almost_one)}
    result = settle(make_payment(PaymentStatus.EXPIRED), [almost_two, almost_one], POLICY, rates=rates)
    assert kopecks_by_name(result) == {"1": 1}
    assert result.unpriced == ()


def test_the_wrong_asset_never_pays_but_is_credited() -> None:
    """Units of another asset never count towards the amount due; their value goes to the balance."""
    jettons = make_receipt(DUE.units, asset=JETTON)
    waiting = settle(make_payment(), [jettons], POLICY)
    assert (waiting.payment.status, waiting.credits, waiting.unpriced) == (
        PaymentStatus.PENDING,
        (),
        (whole(jettons),),
    )
    assert waiting.missing == DUE
    priced = settle(make_payment(), [jettons], POLICY, rates={jettons.ref: Fraction(81, 10_000)})
    assert (priced.payment.status, credited_kopecks(priced)) == (PaymentStatus.PENDING, 8_100_000)


def test_the_wrong_asset_doesn_t_help_a_part_along() -> None:
    """Half in tons and half in something else leaves half a ton missing."""
    tons, jettons = make_receipt(HALF, name="1"), make_receipt(HALF, name="2", asset=JETTON)
    result = settle(make_payment(), [tons, jettons], POLICY, rates={jettons.ref: Fraction(1)})
    assert (result.payment.status, result.missing.units) == (PaymentStatus.PENDING, HALF)
    assert kopecks_by_name(result) == {"2": HALF}


def test_a_part_is_credited_when_the_time_is_over() -> None:
    """At expiry a partial payment is credited at the locked quote, rounded down."""
    part = make_receipt(333_333_333)
    waiting, booked = settle_in_steps(make_payment(), [[part], []], watermarks=[minute(15), minute(15.1)])
    assert (waiting.status, booked) == (PaymentStatus.EXPIRED, {part.ref: 4_299})


def test_a_part_before_and_the_rest_within_the_grace_make_the_whole() -> None:
    """Credited in part at expiry, confirmed by the rest: together exactly the price."""
    part, rest = make_receipt(333_333_333, name="1"), make_receipt(666_666_667, at=LATE_IN_GRACE, name="2")
    payment, booked = settle_in_steps(make_payment(), [[part], [rest]], watermarks=[minute(16), minute(60)])
    assert (payment.status, payment.confirmed_at) == (PaymentStatus.CONFIRMED, minute(LATE_IN_GRACE))
    assert booked == {part.ref: 4_299, rest.ref: 8_601}


def test_a_part_before_and_the_rest_too_late_stay_parts() -> None:
    """The rest is credited at its own rate; the payment stays expired."""
    part, rest = make_receipt(HALF, name="1"), make_receipt(HALF, at=TOO_LATE, name="2")
    rates = {rest.ref: Fraction(1, 1_000_000)}
    payment, booked = settle_in_steps(
        make_payment(), [[part], [rest]], watermarks=[minute(16), minute(99)], rates=rates
    )
    assert (payment.status, booked) == (PaymentStatus.EXPIRED, {part.ref: 6_450, rest.ref: 500})


def test_a_cancelled_request_that_is_paid_is_confirmed() -> None:
    """A cancelled payment that is paid anyway is confirmed and credited."""
    result = settle(make_payment().cancel(NOON), [make_receipt(DUE.units)], POLICY)
    assert (result.payment.status, credited_kopecks(result)) == (PaymentStatus.CONFIRMED, PRICE.units)


def test_a_cancelled_request_gives_a_part_at_once() -> None:
    """A cancelled payment expects no rest, so its part is credited at once."""
    part, rest = make_receipt(HALF, name="1"), make_receipt(HALF, at=9, name="2")
    result = settle(make_payment().cancel(NOON), [part], POLICY)
    assert (result.payment.status, credited_kopecks(result)) == (PaymentStatus.CANCELLED, 6_450)
    payment, booked = settle_in_steps(make_payment().cancel(NOON), [[part], [rest]])
    assert (payment.status, sum(booked.values())) == (PaymentStatus.CONFIRMED, PRICE.units)


def test_a_cancelled_request_never_expires() -> None:
    """A cancelled payment stays cancelled, for any watermark."""
    assert settle(make_payment().cancel(NOON), [], POLICY, watermark=AFTER_EVERYTHING).payment == make_payment().cancel(
        NOON
    )


@pytest.mark.parametrize(
    ("watermark", "status"),
    [
        (None, PaymentStatus.PENDING),
        (minute(14), PaymentStatus.PENDING),
        (minute(AT_DEADLINE), PaymentStatus.PENDING),
        (minute(AT_DEADLINE + 1 / 60), PaymentStatus.EXPIRED),
        (AFTER_EVERYTHING, PaymentStatus.EXPIRED),
    ],
)
def test_a_request_expires_only_past_the_watermark(watermark, status: PaymentStatus) -> None:
    """The payment stays pending while a transfer made in time could still be unseen, also at the deadline itself."""
    assert settle(make_payment(), [], POLICY, watermark=watermark).payment.status is status


def test_a_confirmed_payment_never_expires() -> None:
    """Neither time nor the absence of its receipts undoes a confirmation."""
    confirmed = settle(make_payment(), [make_receipt(DUE.units)], POLICY).payment
    assert settle(confirmed, [], POLICY, watermark=AFTER_EVERYTHING).payment == confirmed


def test_credits_are_in_the_money_of_the_price() -> None:
    """Every credit is in the currency of the price."""
    late, jettons = make_receipt(DUE.units, at=TOO_LATE, name="1"), make_receipt(10**9, name="2", asset=JETTON)
    rates = {late.ref: Fraction(1, 10**6), jettons.ref: Fraction(1, 10**6)}
    result = settle(
        make_payment(PaymentStatus.CANCELLED), [late, jettons, make_receipt(DUE.units, name="3")], POLICY, rates=rates
    )
    assert {credit.share.receipt.external_id: credit.value for credit in result.credits} == {
        "1": rub(1_000),
        "2": rub(1_000),
        "3": PRICE,
    }

"""Money that comes late, in pieces around the end, in the wrong asset, or for a request that was withdrawn."""

from fractions import Fraction

import pytest

from orbit_domain.money import rub
from orbit_domain.payment.payment import PaymentStatus
from orbit_domain.payment.settlement import is_within_quote, settle
from tests.unit.payment.paying import (
    AT_DEADLINE,
    DUE,
    JETTON,
    LAST_OF_GRACE,
    LATE_IN_GRACE,
    POLICY,
    PRICE,
    TOO_LATE,
    asked,
    came,
    given,
    kopecks_by_name,
    minute,
    settle_in_steps,
)

HALF = DUE.units // 2
AFTER_EVERYTHING = minute(10_000)


@pytest.mark.parametrize("status", [PaymentStatus.PENDING, PaymentStatus.EXPIRED, PaymentStatus.CANCELLED])
@pytest.mark.parametrize("at", [AT_DEADLINE + 1, LATE_IN_GRACE, LAST_OF_GRACE])
def test_within_the_grace_the_locked_quote_is_honoured(status: PaymentStatus, at: int) -> None:
    """Up to the last second of the grace the promise stands: confirmed, and credited as if in time."""
    turn = settle(asked(status), [came(DUE.units, at=at)], POLICY, watermark=AFTER_EVERYTHING)
    assert (turn.payment.status, turn.payment.confirmed_at) == (PaymentStatus.CONFIRMED, minute(at))
    assert (given(turn), turn.unpriced) == (PRICE.units, ())


@pytest.mark.parametrize("seconds_after", [1, 60, 86_400 * 90])
def test_beyond_the_grace_the_locked_quote_is_over(seconds_after: int) -> None:
    """A second past the grace, or a season, the money needs the rate of its own time."""
    receipt = came(DUE.units, at=LAST_OF_GRACE + seconds_after / 60)
    assert not is_within_quote(asked(), receipt, POLICY)
    turn = settle(asked(), [receipt], POLICY, watermark=AFTER_EVERYTHING)
    assert (turn.payment.status, turn.credits, turn.unpriced) == (PaymentStatus.EXPIRED, (), (receipt,))
    assert (turn.received.units, turn.missing) == (0, DUE)


@pytest.mark.parametrize(("rate_percent", "kopecks"), [(120, 15_480), (100, 12_900), (80, 10_320)])
def test_too_late_is_credited_at_the_rate_of_its_own_time(rate_percent: int, kopecks: int) -> None:
    """With the rate up or down by a fifth the customer gets what the money was worth when it came."""
    receipt = came(DUE.units, at=TOO_LATE)
    rate = Fraction(PRICE.units * rate_percent, 100 * DUE.units)
    turn = settle(asked(PaymentStatus.EXPIRED), [receipt], POLICY, rates={receipt.ref: rate})
    assert kopecks_by_name(turn) == {"1": kopecks}
    assert turn.unpriced == ()
    assert turn.payment.status is PaymentStatus.EXPIRED


def test_without_a_rate_late_money_waits_and_isn_t_lost() -> None:
    """It stands among the unpriced until a rate is known, and is credited then, once."""
    receipt = came(DUE.units, at=TOO_LATE)
    expired = settle(asked(), [receipt], POLICY, watermark=AFTER_EVERYTHING).payment
    rates = {receipt.ref: Fraction(1, 10_000_000)}
    later = settle(expired, [receipt], POLICY, rates=rates)
    again = settle(expired, [receipt], POLICY, rates=rates, credited={receipt.ref: given(later)})
    assert (given(later), later.unpriced) == (100, ())
    assert (again.credits, again.unpriced) == ((), ())


def test_a_value_at_its_own_rate_is_rounded_down() -> None:
    """A fraction of a kopeck isn't invented; less than one is no credit."""
    almost_two, almost_one = came(199, at=TOO_LATE, name="1"), came(99, at=TOO_LATE, name="2")
    rates = {receipt.ref: Fraction(1, 100) for receipt in (almost_two, almost_one)}
    turn = settle(asked(PaymentStatus.EXPIRED), [almost_two, almost_one], POLICY, rates=rates)
    assert kopecks_by_name(turn) == {"1": 1}
    assert turn.unpriced == ()


def test_the_wrong_asset_never_pays_but_is_credited() -> None:
    """A billion units of a jetton aren't a ton: raw units are never compared, the value goes to the balance."""
    jettons = came(DUE.units, asset=JETTON)
    waiting = settle(asked(), [jettons], POLICY)
    assert (waiting.payment.status, waiting.credits, waiting.unpriced) == (PaymentStatus.PENDING, (), (jettons,))
    assert waiting.missing == DUE
    priced = settle(asked(), [jettons], POLICY, rates={jettons.ref: Fraction(81, 10_000)})
    assert (priced.payment.status, given(priced)) == (PaymentStatus.PENDING, 8_100_000)


def test_the_wrong_asset_doesn_t_help_a_part_along() -> None:
    """Half in tons and half in something else leaves half a ton missing."""
    tons, jettons = came(HALF, name="1"), came(HALF, name="2", asset=JETTON)
    turn = settle(asked(), [tons, jettons], POLICY, rates={jettons.ref: Fraction(1)})
    assert (turn.payment.status, turn.missing.units) == (PaymentStatus.PENDING, HALF)
    assert kopecks_by_name(turn) == {"2": HALF}


def test_a_part_is_credited_when_the_time_is_over() -> None:
    """At expiry what has arrived goes to the balance at the locked quote, rounded down."""
    part = came(333_333_333)
    waiting, booked = settle_in_steps(asked(), [[part], []], watermarks=[minute(15), minute(15.1)])
    assert (waiting.status, booked) == (PaymentStatus.EXPIRED, {part.ref: 4_299})


def test_a_part_before_and_the_rest_within_the_grace_make_the_whole() -> None:
    """Credited in part at expiry, confirmed by the rest: together exactly the price."""
    part, rest = came(333_333_333, name="1"), came(666_666_667, at=LATE_IN_GRACE, name="2")
    payment, booked = settle_in_steps(asked(), [[part], [rest]], watermarks=[minute(16), minute(60)])
    assert (payment.status, payment.confirmed_at) == (PaymentStatus.CONFIRMED, minute(LATE_IN_GRACE))
    assert booked == {part.ref: 4_299, rest.ref: 8_601}


def test_a_part_before_and_the_rest_too_late_stay_parts() -> None:
    """The rest is credited at its own rate; the payment stays expired."""
    part, rest = came(HALF, name="1"), came(HALF, at=TOO_LATE, name="2")
    rates = {rest.ref: Fraction(1, 1_000_000)}
    payment, booked = settle_in_steps(asked(), [[part], [rest]], watermarks=[minute(16), minute(99)], rates=rates)
    assert (payment.status, booked) == (PaymentStatus.EXPIRED, {part.ref: 6_450, rest.ref: 500})


def test_a_cancelled_request_that_is_paid_is_confirmed() -> None:
    """The customer withdrew it and paid anyway: the money and the promise are kept."""
    turn = settle(asked().cancel(), [came(DUE.units)], POLICY)
    assert (turn.payment.status, given(turn)) == (PaymentStatus.CONFIRMED, PRICE.units)


def test_a_cancelled_request_gives_a_part_at_once() -> None:
    """Nobody is asked for the rest of a withdrawn request, so its part waits for nothing."""
    part, rest = came(HALF, name="1"), came(HALF, at=9, name="2")
    turn = settle(asked().cancel(), [part], POLICY)
    assert (turn.payment.status, given(turn)) == (PaymentStatus.CANCELLED, 6_450)
    payment, booked = settle_in_steps(asked().cancel(), [[part], [rest]])
    assert (payment.status, sum(booked.values())) == (PaymentStatus.CONFIRMED, PRICE.units)


def test_a_cancelled_request_never_expires() -> None:
    """What was withdrawn stays withdrawn, however far the watermark is."""
    assert settle(asked().cancel(), [], POLICY, watermark=AFTER_EVERYTHING).payment == asked().cancel()


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
    """While a transfer made in time could still be unseen, the request waits: at the deadline itself it does."""
    assert settle(asked(), [], POLICY, watermark=watermark).payment.status is status


def test_a_confirmed_payment_never_expires() -> None:
    """Neither time nor the absence of its receipts undoes a confirmation."""
    confirmed = settle(asked(), [came(DUE.units)], POLICY).payment
    assert settle(confirmed, [], POLICY, watermark=AFTER_EVERYTHING).payment == confirmed


def test_credits_are_in_the_money_of_the_price() -> None:
    """Whatever came, the balance is given roubles."""
    late, jettons = came(DUE.units, at=TOO_LATE, name="1"), came(10**9, name="2", asset=JETTON)
    rates = {late.ref: Fraction(1, 10**6), jettons.ref: Fraction(1, 10**6)}
    turn = settle(asked(PaymentStatus.CANCELLED), [late, jettons, came(DUE.units, name="3")], POLICY, rates=rates)
    assert {credit.receipt.external_id: credit.value for credit in turn.credits} == {
        "1": rub(1_000),
        "2": rub(1_000),
        "3": PRICE,
    }

"""Properties of every settlement, for any receipts, in any order, computed any number of times."""

from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import ClassVar

from hypothesis import given, target
from hypothesis import strategies as st

from orbit_domain.money import TON, Money
from orbit_domain.payment.payment import PaymentPolicy, PaymentStatus
from orbit_domain.payment.receipt import Receipt
from tests.unit.payment.samples import (
    AT_DEADLINE,
    DUE,
    JETTON,
    LAST_OF_GRACE,
    POLICY,
    PRICE,
    ZERO_TOLERANCE,
    booked_of,
    credited_kopecks,
    make_payment,
    make_receipt,
    minute,
    settle,
    settle_in_steps,
)

RATE = Fraction(7, 1_000_000)
LONG_AFTER = minute(10_000)
POLICIES = st.sampled_from([POLICY, ZERO_TOLERANCE, PaymentPolicy(tolerance_bps=500)])
STATUSES = st.sampled_from(PaymentStatus)
UNITS = st.one_of(
    st.integers(1, 100_000),
    st.integers(1, 2 * DUE.units),
    st.sampled_from([DUE.units // 2, 5_000_000, 994_999_999, 995_000_000, DUE.units - 1, DUE.units, DUE.units + 1]),
)


def arrivals(last_minute: int, assets: tuple = (TON,)) -> st.SearchStrategy[list[Receipt]]:
    """Up to seven receipts until *last_minute*, each with a name of its own."""
    one = st.tuples(UNITS, st.integers(0, last_minute), st.sampled_from(assets))
    return st.lists(one, max_size=7).map(
        lambda rows: [
            make_receipt(units, at, name=str(number), asset=asset) for number, (units, at, asset) in enumerate(rows)
        ]
    )


ON_TIME = arrivals(AT_DEADLINE)
ANY_TIME = arrivals(3 * LAST_OF_GRACE, (TON, JETTON))


def all_rates(receipts: list[Receipt]) -> dict[str, Fraction]:
    """A rate for whatever the locked quote doesn't cover."""
    return {receipt.ref: RATE for receipt in receipts}


def in_batches(receipts: list[Receipt], random: Random) -> list[list[Receipt]]:
    """The same receipts, shuffled and seen in several runs of the job."""
    shuffled = random.sample(receipts, len(receipts))
    cuts = sorted(random.randint(0, len(shuffled)) for _ in range(3))
    return [shuffled[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(shuffled)], strict=True)]


def tolerated(policy: PaymentPolicy) -> int:
    """Kopecks that the units within the tolerance are worth at RATE: what completes a payment decides about them."""
    return int((DUE.units - policy.minimum_due(DUE)) * RATE) + 1


@given(ON_TIME, STATUSES, POLICIES, st.randoms(use_true_random=False))
def test_splitting_a_payment_changes_nothing(receipts, status: PaymentStatus, policy, random: Random) -> None:
    """On time, any parts in any order and any batches give the credit of one payment of their total.

    Each part of a surplus is rounded down by itself; what follows a tolerated shortfall is a surplus.
    """
    whole = make_receipt(sum(receipt.amount.units for receipt in receipts), name="whole")
    rates = all_rates([*receipts, whole])
    at_once = settle(make_payment(status), [whole] if receipts else [], policy, watermark=LONG_AFTER, rates=rates)
    batches = [*in_batches(receipts, random), []]
    watermarks = [None] * (len(batches) - 1) + [LONG_AFTER]
    payment, booked = settle_in_steps(make_payment(status), batches, policy, watermarks, rates)
    assert payment.status is at_once.payment.status
    assert -len(receipts) <= sum(booked.values()) - credited_kopecks(at_once) <= tolerated(policy)
    if whole.amount.units <= DUE.units and policy is ZERO_TOLERANCE:
        assert sum(booked.values()) == credited_kopecks(at_once)
    target(float(len(booked)))


@given(ANY_TIME, STATUSES, POLICIES, st.randoms(use_true_random=False))
def test_the_order_of_detection_changes_nothing(receipts, status: PaymentStatus, policy, random: Random) -> None:
    """Receipts seen late, shuffled or in batches give the result of all receipts seen at once, but for rounding."""
    batches = in_batches(receipts, random)
    past = [random.choice([None, minute(3), LONG_AFTER]) for _ in batches]
    payment, booked = settle_in_steps(
        make_payment(status), [*batches, []], policy, [*past, LONG_AFTER], rates=all_rates(receipts)
    )
    at_once, all_booked = settle_in_steps(
        make_payment(status), [receipts], policy, [LONG_AFTER], rates=all_rates(receipts)
    )
    assert payment.status is at_once.status
    assert abs(sum(booked.values()) - sum(all_booked.values())) <= len(receipts) + tolerated(policy)


@given(ANY_TIME, STATUSES, st.sampled_from([None, minute(3), LONG_AFTER]), st.randoms(use_true_random=False))
def test_the_order_of_the_list_changes_nothing(receipts, status: PaymentStatus, watermark, random: Random) -> None:
    """The same receipts listed in another order are the same settlement, receipt by receipt."""
    shuffled = random.sample(receipts, len(receipts))
    rates = all_rates(receipts)
    one = settle(make_payment(status), receipts, POLICY, watermark=watermark, rates=rates)
    assert one == settle(make_payment(status), shuffled, POLICY, watermark=watermark, rates=rates)


@given(ANY_TIME, UNITS, st.integers(0, 200), st.sampled_from([TON, JETTON]), STATUSES, POLICIES)
def test_more_money_never_means_less_credit(receipts, units, at, asset, status: PaymentStatus, policy) -> None:
    """An additional receipt, at any time and in any asset, never lowers the total credit."""
    more = [*receipts, make_receipt(units, at, name="more", asset=asset)]
    rates = all_rates(more)
    for watermark in (None, LONG_AFTER):
        before = settle(make_payment(status), receipts, policy, watermark=watermark, rates=rates)
        after = settle(make_payment(status), more, policy, watermark=watermark, rates=rates)
        assert credited_kopecks(after) >= credited_kopecks(before)
        assert after.received.units >= before.received.units


@given(ANY_TIME, STATUSES, POLICIES, st.sampled_from([None, minute(3), LONG_AFTER]))
def test_settling_again_does_nothing(receipts, status: PaymentStatus, policy, watermark) -> None:
    """With all credits booked, a second settlement credits nothing and changes nothing."""
    rates = all_rates(receipts)
    first = settle(make_payment(status), receipts, policy, watermark=watermark, rates=rates)
    again = settle(first.payment, receipts, policy, watermark=watermark, rates=rates, booked=booked_of(first))
    assert again == replace(first, credits=())


@given(ANY_TIME, st.sampled_from([PaymentStatus.EXPIRED, PaymentStatus.CANCELLED, PaymentStatus.CONFIRMED]), POLICIES)
def test_what_is_worth_a_kopeck_is_credited_or_waits_for_a_rate(receipts, status: PaymentStatus, policy) -> None:
    """For a closed payment the quoted part is worth its share of the price, and all of the rest waits for a rate."""
    result = settle(make_payment(status), receipts, policy)
    waiting = sum(share.amount.units for share in result.unpriced)
    quoted = sum(receipt.amount.units for receipt in receipts) - waiting
    assert quoted == min(quoted, DUE.units)
    is_complete = quoted >= policy.minimum_due(DUE)
    assert is_complete == (result.received.units >= policy.minimum_due(DUE))
    true = Fraction(PRICE.units) if is_complete else Fraction(PRICE.units * quoted, DUE.units)
    assert 0 <= true - credited_kopecks(result) < 1
    if not is_complete:
        assert quoted == result.received.units


@given(ANY_TIME, STATUSES, POLICIES, st.sampled_from([None, minute(3), minute(15), LONG_AFTER]))
def test_no_unit_is_credited_twice(receipts, status, policy, watermark) -> None:
    """No credit is empty or given twice, and the shares of a receipt are never more than the receipt."""
    rates = {receipt.ref: RATE for receipt in receipts[::2]}
    result = settle(make_payment(status), receipts, policy, watermark=watermark, rates=rates)
    refs = [credit.share.ref for credit in result.credits] + [share.ref for share in result.unpriced]
    assert len(set(refs)) == len(refs)
    shares = [*(credit.share for credit in result.credits), *result.unpriced]
    for receipt in receipts:
        units = sum(share.amount.units for share in shares if share.receipt == receipt)
        assert units <= receipt.amount.units
    assert all(credit.value.units > 0 for credit in result.credits)
    assert all(credit.value.currency == PRICE.currency for credit in result.credits)


@given(ANY_TIME, STATUSES, POLICIES, st.sampled_from([None, minute(3), minute(15), LONG_AFTER]))
def test_a_status_says_what_happened(receipts, status: PaymentStatus, policy, watermark) -> None:
    """Confirmed means paid in full at the quote, expired means past the watermark and short, and nothing reopens."""
    result = settle(make_payment(status), receipts, policy, watermark=watermark)
    enough = result.received.units >= policy.minimum_due(DUE)
    after = result.payment.status
    assert (after is PaymentStatus.CONFIRMED) == (enough or status is PaymentStatus.CONFIRMED)
    assert result.missing.is_zero == enough
    if after is PaymentStatus.EXPIRED and status is PaymentStatus.PENDING:
        assert watermark == LONG_AFTER
    if after is PaymentStatus.PENDING:
        assert not any(credit.share.amount.currency == TON for credit in result.credits)
    assert replace(result.payment, status=status, confirmed_at=None) == make_payment(status)


@given(ANY_TIME, POLICIES)
def test_sending_what_is_missing_always_pays(receipts, policy) -> None:
    """The remainder shown to the customer is enough: with it the payment is confirmed."""
    result = settle(make_payment(), receipts, policy)
    if not result.missing.is_zero:
        rest = make_receipt(result.missing.units, at=AT_DEADLINE, name="rest")
        assert settle(make_payment(), [*receipts, rest], policy).payment.status is PaymentStatus.CONFIRMED


@given(ANY_TIME, st.integers(1, 1_000), STATUSES)
def test_dust_changes_no_status(receipts, specks: int, status: PaymentStatus) -> None:
    """Dust that reaches no threshold changes no status."""
    before = settle(make_payment(status), receipts, ZERO_TOLERANCE)
    if before.missing.units > specks or before.missing.is_zero:
        after = settle(
            make_payment(status), [*receipts, make_receipt(specks, at=AT_DEADLINE, name="dust")], ZERO_TOLERANCE
        )
        assert after.payment.status is before.payment.status


class ComparedReceipt(Receipt):
    """A receipt that counts how often it is compared with another one."""

    comparisons: ClassVar[int] = 0
    __hash__ = Receipt.__hash__

    def __eq__(self, other: object) -> bool:
        ComparedReceipt.comparisons += 1
        return self is other


def test_many_dust_receipts_are_settled_in_linear_time() -> None:
    """Thousands of dust receipts are compared in linear time, not pair by pair."""
    dust = [make_receipt(1, name=f"{number:05}") for number in range(500)]
    ComparedReceipt.comparisons = 0
    result = settle(
        make_payment(),
        [ComparedReceipt(**{name: getattr(one, name) for name in one.__slots__}) for one in dust],
        POLICY,
    )
    assert result.received == Money(500, TON)
    assert ComparedReceipt.comparisons <= 10 * len(dust)

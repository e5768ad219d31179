"""What is true of every settlement, whatever arrived, in whatever order, however often it is computed."""

from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import ClassVar

from hypothesis import given, target
from hypothesis import strategies as st

from orbit_domain.money import TON, Money
from orbit_domain.payment.payment import PaymentPolicy, PaymentStatus
from orbit_domain.payment.receipt import Receipt
from orbit_domain.payment.settlement import settle
from tests.unit.payment.paying import (
    AT_DEADLINE,
    DUE,
    EXACTING,
    JETTON,
    LAST_OF_GRACE,
    POLICY,
    PRICE,
    asked,
    came,
    minute,
    settle_in_steps,
)
from tests.unit.payment.paying import given as kopecks_given

RATE = Fraction(7, 1_000_000)
LONG_AFTER = minute(10_000)
POLICIES = st.sampled_from([POLICY, EXACTING, PaymentPolicy(tolerance_bps=500)])
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
        lambda rows: [came(units, at, name=str(number), asset=asset) for number, (units, at, asset) in enumerate(rows)]
    )


ON_TIME = arrivals(AT_DEADLINE)
ANY_TIME = arrivals(3 * LAST_OF_GRACE, (TON, JETTON))


def all_rates(receipts: list[Receipt]) -> dict[str, Fraction]:
    """A rate for whatever the locked quote doesn't cover."""
    return {receipt.ref: RATE for receipt in receipts}


def in_batches(receipts: list[Receipt], random: Random) -> list[list[Receipt]]:
    """The same receipts, shuffled and seen in several turns of the loop."""
    shuffled = random.sample(receipts, len(receipts))
    cuts = sorted(random.randint(0, len(shuffled)) for _ in range(3))
    return [shuffled[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(shuffled)], strict=True)]


@given(ON_TIME, STATUSES, POLICIES, st.randoms(use_true_random=False))
def test_splitting_a_payment_changes_nothing(receipts, status: PaymentStatus, policy, random: Random) -> None:
    """On time, any parts in any order and any batches give to the kopeck what one payment of their sum gives."""
    whole = came(sum(receipt.amount.units for receipt in receipts), name="whole")
    at_once = settle(asked(status), [whole] if receipts else [], policy, watermark=LONG_AFTER)
    batches = [*in_batches(receipts, random), []]
    watermarks = [None] * (len(batches) - 1) + [LONG_AFTER]
    payment, booked = settle_in_steps(asked(status), batches, policy, watermarks)
    assert payment.status is at_once.payment.status
    assert sum(booked.values()) == kopecks_given(at_once)
    target(float(len(booked)))


@given(ANY_TIME, STATUSES, POLICIES, st.randoms(use_true_random=False))
def test_the_order_of_detection_changes_nothing(receipts, status: PaymentStatus, policy, random: Random) -> None:
    """Seen late, shuffled or piecemeal, also past the deadline, it ends as when everything is seen at once."""
    batches = in_batches(receipts, random)
    past = [random.choice([None, minute(3), LONG_AFTER]) for _ in batches]
    payment, booked = settle_in_steps(
        asked(status), [*batches, []], policy, [*past, LONG_AFTER], rates=all_rates(receipts)
    )
    at_once, all_booked = settle_in_steps(asked(status), [receipts], policy, [LONG_AFTER], rates=all_rates(receipts))
    assert payment.status is at_once.status
    assert sum(booked.values()) == sum(all_booked.values())


@given(ANY_TIME, STATUSES, st.sampled_from([None, minute(3), LONG_AFTER]), st.randoms(use_true_random=False))
def test_the_order_of_the_list_changes_nothing(receipts, status: PaymentStatus, watermark, random: Random) -> None:
    """The same receipts listed in another order are the same settlement, receipt by receipt."""
    shuffled = random.sample(receipts, len(receipts))
    rates = all_rates(receipts)
    one = settle(asked(status), receipts, POLICY, watermark=watermark, rates=rates)
    assert one == settle(asked(status), shuffled, POLICY, watermark=watermark, rates=rates)


@given(ANY_TIME, UNITS, st.integers(0, 200), st.sampled_from([TON, JETTON]), STATUSES, POLICIES)
def test_more_money_never_means_less_credit(receipts, units, at, asset, status: PaymentStatus, policy) -> None:
    """Whatever else arrives, whenever and in whatever asset, the total credited never falls."""
    more = [*receipts, came(units, at, name="more", asset=asset)]
    rates = all_rates(more)
    for watermark in (None, LONG_AFTER):
        before = settle(asked(status), receipts, policy, watermark=watermark, rates=rates)
        after = settle(asked(status), more, policy, watermark=watermark, rates=rates)
        assert kopecks_given(after) >= kopecks_given(before)
        assert after.received.units >= before.received.units


@given(ANY_TIME, STATUSES, POLICIES, st.sampled_from([None, minute(3), LONG_AFTER]))
def test_settling_again_does_nothing(receipts, status: PaymentStatus, policy, watermark) -> None:
    """With the books up to date, computing it again credits nothing and moves nothing."""
    rates = all_rates(receipts)
    first = settle(asked(status), receipts, policy, watermark=watermark, rates=rates)
    booked = {credit.receipt.ref: credit.value.units for credit in first.credits}
    again = settle(first.payment, receipts, policy, watermark=watermark, rates=rates, credited=booked)
    assert again == replace(first, credits=())


@given(ANY_TIME, st.sampled_from([PaymentStatus.EXPIRED, PaymentStatus.CANCELLED, PaymentStatus.CONFIRMED]), POLICIES)
def test_what_is_worth_a_kopeck_is_credited_or_waits_for_a_rate(receipts, status: PaymentStatus, policy) -> None:
    """Once nobody waits any more, the credits are the true value, less a fraction of one kopeck altogether."""
    turn = settle(asked(status), receipts, policy)
    minimum = policy.minimum_due(DUE)
    units = turn.received.units
    true = Fraction(PRICE.units * units, DUE.units)
    if units >= minimum:
        true = max(true, Fraction(PRICE.units))
    assert 0 <= true - kopecks_given(turn) < 1
    covered = [one for one in receipts if one not in turn.unpriced]
    assert sum(one.amount.units for one in covered) == units


@given(ANY_TIME, STATUSES, POLICIES, st.sampled_from([None, minute(3), minute(15), LONG_AFTER]))
def test_credits_are_positive_and_each_receipt_has_one_at_most(receipts, status, policy, watermark) -> None:
    """No credit is empty, none is given twice, and none to a receipt that waits for its rate."""
    turn = settle(asked(status), receipts, policy, watermark=watermark)
    credited = [credit.receipt.ref for credit in turn.credits]
    assert len(set(credited)) == len(credited)
    assert not set(credited) & {receipt.ref for receipt in turn.unpriced}
    assert all(credit.value.units > 0 for credit in turn.credits)
    assert all(credit.value.currency == PRICE.currency for credit in turn.credits)


@given(ANY_TIME, STATUSES, POLICIES, st.sampled_from([None, minute(3), minute(15), LONG_AFTER]))
def test_a_status_says_what_happened(receipts, status: PaymentStatus, policy, watermark) -> None:
    """Confirmed means paid in full at the quote, expired means past the watermark and short, and nothing reopens."""
    turn = settle(asked(status), receipts, policy, watermark=watermark)
    enough = turn.received.units >= policy.minimum_due(DUE)
    after = turn.payment.status
    assert (after is PaymentStatus.CONFIRMED) == (enough or status is PaymentStatus.CONFIRMED)
    assert turn.missing.is_zero == enough
    if after is PaymentStatus.EXPIRED and status is PaymentStatus.PENDING:
        assert watermark == LONG_AFTER
    if after is PaymentStatus.PENDING:
        assert not any(credit.receipt.amount.currency == TON for credit in turn.credits)
    assert replace(turn.payment, status=status, confirmed_at=None) == asked(status)


@given(ANY_TIME, POLICIES)
def test_sending_what_is_missing_always_pays(receipts, policy) -> None:
    """The remainder shown to the customer is enough: with it the payment is confirmed."""
    turn = settle(asked(), receipts, policy)
    if not turn.missing.is_zero:
        rest = came(turn.missing.units, at=AT_DEADLINE, name="rest")
        assert settle(asked(), [*receipts, rest], policy).payment.status is PaymentStatus.CONFIRMED


@given(ANY_TIME, st.integers(1, 1_000), STATUSES)
def test_dust_changes_no_status(receipts, specks: int, status: PaymentStatus) -> None:
    """A speck that reaches no threshold moves nothing, whatever came before it."""
    before = settle(asked(status), receipts, EXACTING)
    if before.missing.units > specks or before.missing.is_zero:
        after = settle(asked(status), [*receipts, came(specks, at=AT_DEADLINE, name="dust")], EXACTING)
        assert after.payment.status is before.payment.status


class Looked(Receipt):
    """A receipt that counts how often it is compared with another one."""

    comparisons: ClassVar[int] = 0
    __hash__ = Receipt.__hash__

    def __eq__(self, other: object) -> bool:
        Looked.comparisons += 1
        return self is other


def test_a_flood_of_dust_is_sorted_out_in_one_pass() -> None:
    """Thousands of specks sent by an attacker cost a look each, not a look at every pair of them."""
    flood = [came(1, name=f"{number:05}") for number in range(500)]
    Looked.comparisons = 0
    turn = settle(asked(), [Looked(**{name: getattr(one, name) for name in one.__slots__}) for one in flood], POLICY)
    assert turn.received == Money(500, TON)
    assert Looked.comparisons <= 10 * len(flood)

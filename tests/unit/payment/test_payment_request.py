"""A payment and its policy."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_domain.ids import PaymentId
from orbit_domain.money import EUR, RUB, TON, USD, Currency, CurrencyMismatch, Money, rub
from orbit_domain.payment.payment import AmountOutOfRange, NoSuchPayment, PaymentPolicy, PaymentStatus, TopUpLimits
from orbit_domain.payment.ports import PaymentTerms
from orbit_domain.payment.receipt import MemoResult, Receipt
from tests.unit.payment.samples import DUE, POLICY, ZERO_TOLERANCE, make_payment, make_receipt, minute

DUES = st.integers(1, 2**80)


@pytest.mark.parametrize("status", PaymentStatus)
def test_only_a_pending_request_is_open(status: PaymentStatus) -> None:
    """Only a pending payment is open."""
    assert make_payment(status).is_open is (status is PaymentStatus.PENDING)


@pytest.mark.parametrize(
    ("status", "after"),
    [
        (PaymentStatus.PENDING, PaymentStatus.CANCELLED),
        (PaymentStatus.CONFIRMED, PaymentStatus.CONFIRMED),
        (PaymentStatus.EXPIRED, PaymentStatus.EXPIRED),
        (PaymentStatus.CANCELLED, PaymentStatus.CANCELLED),
    ],
)
def test_cancelling_changes_only_a_pending_payment(status: PaymentStatus, after: PaymentStatus) -> None:
    """A pending payment is cancelled; a confirmed or expired one doesn't change."""
    at = minute(3)
    cancelled = make_payment(status).cancel(at)
    assert cancelled == replace(make_payment(after), cancelled_at=at if status is PaymentStatus.PENDING else None)
    assert cancelled.cancel(minute(4)) == cancelled
    assert make_payment(status).supersede() == make_payment(after)


def test_the_shop_s_own_numbers() -> None:
    """A quarter of an hour to pay, an hour of grace, half a percent of tolerance, top-ups of 200 to 100 000 ₽."""
    assert PaymentTerms().window == timedelta(minutes=15)
    assert PaymentTerms().policy == PaymentPolicy(grace=timedelta(hours=1), tolerance_bps=50)
    limits = TopUpLimits.of(RUB)
    assert (limits.minimum, limits.maximum) == (rub(200_00), rub(100_000_00))
    assert limits.presets == (rub(200_00), rub(500_00), rub(1000_00))
    assert TopUpLimits.of(RUB, (199_99, 300_00, 100_000_01)).presets == (rub(300_00),)


@pytest.mark.parametrize(("kopecks", "admitted"), [(99, False), (100, True), (200, True), (201, False)])
def test_a_gateway_admits_payments_within_its_limits(kopecks: int, admitted: bool) -> None:
    """Both limits themselves are admitted; without limits every price is."""
    assert PaymentTerms(minimum=rub(100), maximum=rub(200)).admit(rub(kopecks)) is admitted
    assert PaymentTerms().admit(rub(kopecks))


@pytest.mark.parametrize(
    ("due", "minimum"), [(1_000_000_000, 995_000_000), (1, 1), (199, 199), (200, 199), (201, 200), (0, 0)]
)
def test_half_a_percent_may_be_missing(due: int, minimum: int) -> None:
    """The tolerance is rounded in the shop's favour: a very small amount has none."""
    assert POLICY.minimum_due(Money(due, TON)) == minimum


@given(DUES)
def test_without_tolerance_everything_is_due(due: int) -> None:
    """With a tolerance of zero the minimum is the amount due."""
    assert ZERO_TOLERANCE.minimum_due(Money(due, TON)) == due


@given(DUES, st.integers(0, 9_999))
def test_the_missing_part_never_exceeds_the_tolerance(due: int, tolerance_bps: int) -> None:
    """The minimum that pays in full is the smallest whole number not below the tolerated share."""
    minimum = PaymentPolicy(tolerance_bps=tolerance_bps).minimum_due(Money(due, TON))
    share = due * (10_000 - tolerance_bps)
    assert (minimum - 1) * 10_000 < share <= minimum * 10_000
    assert 0 < minimum <= due


@pytest.mark.parametrize("kopecks", [200_00, 200_01, 500_00, 99_999_99, 100_000_00])
def test_a_top_up_within_the_range_is_taken(kopecks: int) -> None:
    """200 and 100 000 roubles themselves are allowed."""
    assert TopUpLimits.of(RUB).check(rub(kopecks)) is None


@pytest.mark.parametrize("kopecks", [0, 1, 199_99, 100_000_01, 10**15])
def test_a_top_up_outside_the_range_is_refused_with_both_ends(kopecks: int) -> None:
    """An amount outside the range is refused, and the refusal holds both limits."""
    with pytest.raises(AmountOutOfRange) as refused:
        TopUpLimits.of(RUB).check(rub(kopecks))
    assert (refused.value.minimum, refused.value.maximum) == (rub(200_00), rub(100_000_00))


@pytest.mark.parametrize("base", [USD, EUR])
def test_a_shop_in_another_currency_has_limits_of_its_own(base: Currency) -> None:
    """From 2 to 1000 dollars or euros; an amount in roubles is never compared with them."""
    limits = TopUpLimits.of(base)
    assert (limits.minimum, limits.maximum, limits.currency) == (Money(2_00, base), Money(1_000_00, base), base)
    with pytest.raises(AmountOutOfRange):
        limits.check(Money(1_99, base))
    with pytest.raises(CurrencyMismatch):
        limits.check(rub(500_00))


def test_an_unknown_payment_is_named_in_its_refusal() -> None:
    """The refusal for an unknown payment holds only the id from the request."""
    assert NoSuchPayment(PaymentId(UUID(int=7))).payment_id == UUID(int=7)


def test_a_receipt_is_known_by_source_and_name() -> None:
    """A receipt's reference is unique for its source and external id."""
    first: Receipt = make_receipt(5, name="17")
    assert first.ref == "chain|17"
    assert make_receipt(5, name="18").ref != first.ref
    assert first.memo_result is MemoResult.MATCHED


def test_the_quote_has_the_asset_of_the_amount_due() -> None:
    """The asset of a quote is that of the amount due."""
    assert make_payment(due=DUE).quote.asset == TON

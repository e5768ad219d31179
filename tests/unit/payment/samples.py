"""Samples for the tests of payments: a payment of 129 ₽, due as one ton, and receipts for it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from uuid import UUID

from orbit_domain.ids import PaymentId, TelegramId
from orbit_domain.money import TON, Currency, Money, rub
from orbit_domain.payment.payment import TON_METHOD, Payment, PaymentPolicy, PaymentStatus
from orbit_domain.payment.quote import Quote
from orbit_domain.payment.receipt import MemoResult, Receipt
from orbit_domain.payment.settlement import Settlement, settle

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
PRICE = rub(12_900)
DUE = Money(1_000_000_000, TON)
POLICY = PaymentPolicy()
ZERO_TOLERANCE = PaymentPolicy(tolerance_bps=0)
WINDOW_MIN = 15
GRACE_MIN = 60
JETTON = Currency("ton:jetton:0:B113", 6)

ON_TIME = 5
AT_DEADLINE = WINDOW_MIN
LATE_IN_GRACE = WINDOW_MIN + 30
LAST_OF_GRACE = WINDOW_MIN + GRACE_MIN
TOO_LATE = LAST_OF_GRACE + 1


def minute(number: float) -> datetime:
    """The time *number* minutes after the payment was created; its window closes at 15, the grace ends at 75."""
    return NOON + timedelta(minutes=number)


def make_payment(
    status: PaymentStatus = PaymentStatus.PENDING, price: Money = PRICE, due: Money = DUE, window: int = WINDOW_MIN
) -> Payment:
    """A payment of *price*, due as *due* within *window* minutes."""
    closes = minute(window)
    quote = Quote(price, due, Fraction(price.units, due.units), "made up", NOON, closes)
    comment = "ORB0123456789Z"
    return Payment(
        PaymentId(UUID(int=1)), TelegramId(42), TON_METHOD, price, quote, comment, None, status, NOON, closes
    )


def make_receipt(
    units: int, at: float = ON_TIME, name: str = "1", asset: Currency = TON, seen: float | None = None
) -> Receipt:
    """A receipt of *units* at minute *at*, with the external id *name*, seen by us at minute *seen*."""
    return Receipt(
        source="chain",
        external_id=name,
        method="ton",
        amount=Money(units, asset),
        tg_id=TelegramId(42),
        payment_id=PaymentId(UUID(int=1)),
        memo_result=MemoResult.MATCHED,
        comment="ORB0123456789Z",
        occurred_at=minute(at),
        seen_at=minute(at if seen is None else seen),
    )


def credited_kopecks(settlement: Settlement) -> int:
    """Kopecks that *settlement* adds to the balance."""
    return sum(credit.value.units for credit in settlement.credits)


def kopecks_by_name(settlement: Settlement) -> dict[str, int]:
    """Kopecks that each receipt adds to the balance."""
    return {credit.receipt.external_id: credit.value.units for credit in settlement.credits}


def settle_in_steps(
    payment: Payment,
    batches: Sequence[Sequence[Receipt]],
    policy: PaymentPolicy = POLICY,
    watermarks: Sequence[datetime | None] = (),
    rates: Mapping[str, Fraction] | None = None,
) -> tuple[Payment, dict[str, int]]:
    """Settle after each batch, as the periodic job does. Returns the payment and the credited kopecks by `ref`."""
    seen: list[Receipt] = []
    booked: dict[str, int] = {}
    for step, batch in enumerate(batches):
        seen.extend(batch)
        watermark = watermarks[step] if step < len(watermarks) else None
        result = settle(payment, seen, policy, watermark=watermark, credited=booked, rates=rates)
        payment = result.payment
        for credit in result.credits:
            assert credit.receipt.ref not in booked, "a receipt was credited twice"
            booked[credit.receipt.ref] = credit.value.units
    return payment, booked

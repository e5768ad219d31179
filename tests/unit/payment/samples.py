"""Samples for the tests of payments: a payment of 129 ₽, due as one ton, and receipts for it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from uuid import UUID

from orbit_domain.ids import PaymentId, TelegramId
from orbit_domain.ledger.ledger import BookedCredit
from orbit_domain.money import TON, Currency, Money, rub
from orbit_domain.payment import settlement
from orbit_domain.payment.payment import TON_METHOD, Payment, PaymentPolicy, PaymentStatus
from orbit_domain.payment.quote import Quote
from orbit_domain.payment.receipt import MemoResult, Receipt
from orbit_domain.payment.settlement import Settlement, Share

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
PRICE = rub(12_900)
DUE = Money(1_000_000_000, TON)
POLICY = PaymentPolicy()
ZERO_TOLERANCE = PaymentPolicy(tolerance_bps=0)
WINDOW_MIN = 15
GRACE_MIN = 60
AT_QUOTE = Fraction(PRICE.units, DUE.units)
"""The rate of the locked quote: kopecks a nanoton."""
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
        PaymentId(UUID(int=1)), TelegramId(42), TON_METHOD, price, quote, comment, None, status, NOON, closes, "chain"
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


def settle(
    payment: Payment,
    receipts: Sequence[Receipt],
    policy: PaymentPolicy = POLICY,
    *,
    watermark: datetime | None = None,
    booked: Mapping[str, BookedCredit] | None = None,
    rates: Mapping[str, Fraction] | None = None,
) -> Settlement:
    """The settlement of *payment* as it was promised with *policy*; the payment in it has its own policy again."""
    promised = replace(payment, policy=policy)
    settled = settlement.settle(promised, receipts, watermark=watermark, booked=booked, rates=rates)
    return replace(settled, payment=replace(settled.payment, policy=payment.policy))


def booked_of(settled: Settlement) -> dict[str, BookedCredit]:
    """The credits of *settled* as the ledger holds them afterwards."""
    return {credit.share.ref: BookedCredit(credit.share.amount.units, credit.value.units) for credit in settled.credits}


def whole(receipt: Receipt) -> Share:
    """All of *receipt*, when the locked quote doesn't cover any of it."""
    return Share(receipt, receipt.amount, receipt.ref)


def credited_kopecks(settled: Settlement) -> int:
    """Kopecks that *settled* adds to the balance."""
    return sum(credit.value.units for credit in settled.credits)


def kopecks_by_name(settled: Settlement) -> dict[str, int]:
    """Kopecks that each receipt adds to the balance, what is above the quote under `<name>+`."""
    return {
        credit.share.receipt.external_id + "+" * credit.share.ref.endswith("|surplus"): credit.value.units
        for credit in settled.credits
    }


def settle_in_steps(
    payment: Payment,
    batches: Sequence[Sequence[Receipt]],
    policy: PaymentPolicy = POLICY,
    watermarks: Sequence[datetime | None] = (),
    rates: Mapping[str, Fraction] | None = None,
) -> tuple[Payment, dict[str, int]]:
    """Settle after each batch, as the periodic job does. Returns the payment and the credited kopecks by `ref`."""
    seen: list[Receipt] = []
    booked: dict[str, BookedCredit] = {}
    for step, batch in enumerate(batches):
        seen.extend(batch)
        watermark = watermarks[step] if step < len(watermarks) else None
        result = settle(payment, seen, policy, watermark=watermark, booked=booked, rates=rates)
        payment = result.payment
        new = booked_of(result)
        assert not new.keys() & booked.keys(), "a receipt was credited twice"
        booked |= new
    return payment, {ref: credit.value for ref, credit in booked.items()}

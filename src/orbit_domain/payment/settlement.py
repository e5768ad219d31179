"""Whose money is it, and how much of it: recomputed from all receipts each time, never incremented."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fractions import Fraction

from orbit_domain.ledger.ledger import BookedCredit
from orbit_domain.money import Money
from orbit_domain.payment.payment import Payment, PaymentStatus
from orbit_domain.payment.receipt import Receipt

RATE_MAX_AGE = timedelta(minutes=10)
"""An older recorded rate isn't the rate of a receipt's time; then the first one after it is."""


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a receipt: what the locked quote covers, or the rest, which is worth the rate of its own time.

    `ref` is the ledger's name for the credit of this part.
    """

    receipt: Receipt
    amount: Money
    ref: str


@dataclass(frozen=True, slots=True)
class Credit:
    """What one share gives to the user's balance."""

    share: Share
    value: Money


@dataclass(frozen=True, slots=True)
class Settlement:
    """The payment as it now is, the credits not yet in the ledger, and what waits.

    `received` is what came in time in the asset that was quoted; `missing` how many more units would confirm the
    payment. `unpriced` shares need a rate of their own time before they can be credited, `unconfirmed` receipts
    the word of a second reader.
    """

    payment: Payment
    credits: tuple[Credit, ...]
    received: Money
    missing: Money
    unpriced: tuple[Share, ...]
    unconfirmed: tuple[Receipt, ...] = ()

    @property
    def waits(self) -> bool:
        """Whether something of it can't be credited yet."""
        return bool(self.unpriced or self.unconfirmed)


def surplus_ref(receipt: Receipt) -> str:
    """The ledger's name for the credit of what the locked quote doesn't cover of *receipt*."""
    return f"{receipt.ref}|surplus"


def settle(
    payment: Payment,
    receipts: Sequence[Receipt],
    *,
    watermark: datetime | None = None,
    booked: Mapping[str, BookedCredit] | None = None,
    rates: Mapping[str, Fraction] | None = None,
) -> Settlement:
    """Decide about *payment* from everything that arrived for it.

    *watermark* is provider time up to which nothing can be missing: only past its deadline may a payment expire.
    *booked* are the credits that the ledger holds, by their `ref`. *rates* are base units per asset unit, by the
    `ref` of each receipt that the locked quote doesn't cover whole.
    """
    known = booked or {}
    honoured, foreign = _split(payment, receipts)
    received = sum(receipt.amount.units for receipt in honoured)
    settled = _next_status(payment, honoured, watermark)
    quoted = _Quoted(payment)
    rest = [Share(receipt, receipt.amount, receipt.ref) for receipt in foreign]
    if settled.status is not PaymentStatus.PENDING:
        rest += quoted.take(honoured, known)
    priced, unpriced = _at_own_rate(payment, rest, known, rates or {})
    asset = payment.quote.asset
    missing = payment.quote.due.units - received if received < payment.minimum_due else 0
    return Settlement(settled, (*quoted.credits, *priced), Money(received, asset), Money(missing, asset), unpriced)


def is_within_quote(payment: Payment, receipt: Receipt) -> bool:
    """Whether the locked quote applies to *receipt*: right asset, and not later than the grace allows."""
    in_time = receipt.occurred_at <= payment.expires_at + payment.policy.grace
    return in_time and receipt.amount.currency == payment.quote.asset


def _split(payment: Payment, receipts: Sequence[Receipt]) -> tuple[list[Receipt], list[Receipt]]:
    honoured: list[Receipt] = []
    foreign: list[Receipt] = []
    distinct = {receipt.ref: receipt for receipt in receipts}.values()
    for receipt in sorted(distinct, key=lambda one: (one.occurred_at, one.source, one.external_id)):
        (honoured if is_within_quote(payment, receipt) else foreign).append(receipt)
    return honoured, foreign


def _next_status(payment: Payment, honoured: Sequence[Receipt], watermark: datetime | None) -> Payment:
    if payment.status is PaymentStatus.CONFIRMED:
        return payment
    total = 0
    for receipt in honoured:
        total += receipt.amount.units
        if total >= payment.minimum_due:
            return replace(payment, status=PaymentStatus.CONFIRMED, confirmed_at=receipt.occurred_at)
    if payment.is_open and watermark is not None and watermark > payment.expires_at:
        return replace(payment, status=PaymentStatus.EXPIRED)
    return payment


@dataclass(slots=True)
class _Quoted:
    """What the locked quote has taken so far: `units` of the asset for `given` base units."""

    payment: Payment
    credits: list[Credit] = field(default_factory=list)
    units: int = 0
    given: int = 0

    def take(self, honoured: Sequence[Receipt], known: Mapping[str, BookedCredit]) -> list[Share]:
        """Credit new receipts up to what was due, so that splitting a payment changes nothing; return the rest.

        What is in the ledger comes first: a receipt that is found late takes only what is left of the quote.
        """
        rest = []
        for receipt in honoured:
            if (booked := known.get(receipt.ref)) is not None:
                self.units += booked.units
                self.given += booked.value
                rest += self._surplus(receipt, booked.units)
        for receipt in honoured:
            if receipt.ref not in known:
                taken = min(receipt.amount.units, self._room())
                self._credit(receipt, taken)
                rest += self._surplus(receipt, taken)
        return rest

    def _room(self) -> int:
        """A payment within the tolerance is complete: what follows is a surplus."""
        is_complete = self.units >= self.payment.minimum_due
        return 0 if is_complete else self.payment.quote.due.units - self.units

    def _credit(self, receipt: Receipt, units: int) -> None:
        self.units += units
        value = max(0, self.payment.quote.value(self.units, self.payment.minimum_due) - self.given)
        if value:
            self.given += value
            share = Share(receipt, Money(units, receipt.amount.currency), receipt.ref)
            self.credits.append(Credit(share, Money(value, self.payment.amount.currency)))

    def _surplus(self, receipt: Receipt, taken: int) -> list[Share]:
        left = receipt.amount.units - taken
        return [Share(receipt, Money(left, receipt.amount.currency), surplus_ref(receipt))] if left > 0 else []


def _at_own_rate(
    payment: Payment, rest: Sequence[Share], known: Mapping[str, BookedCredit], rates: Mapping[str, Fraction]
) -> tuple[tuple[Credit, ...], tuple[Share, ...]]:
    credits, unpriced = [], []
    for share in rest:
        if share.ref in known:
            continue
        is_base = share.amount.currency == payment.amount.currency
        rate = Fraction(1) if is_base else rates.get(share.receipt.ref)
        if rate is None:
            unpriced.append(share)
        elif (value := int(share.amount.units * rate)) > 0:
            credits.append(Credit(share, Money(value, payment.amount.currency)))
    return tuple(credits), tuple(unpriced)

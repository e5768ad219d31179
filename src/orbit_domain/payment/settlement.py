"""Whose money is it, and how much of it: recomputed from all receipts each time, never incremented."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from orbit_domain.money import Money
from orbit_domain.payment.payment import Payment, PaymentPolicy, PaymentStatus
from orbit_domain.payment.receipt import Receipt


@dataclass(frozen=True, slots=True)
class Credit:
    """What one receipt gives to the user's balance."""

    receipt: Receipt
    value: Money


@dataclass(frozen=True, slots=True)
class Settlement:
    """The payment as it now is, the credits not yet in the ledger, and what waits.

    `received` is what came at the locked quote, in asset units; `missing` how many more would
    confirm the payment. `unpriced` receipts need a rate of their own time before they can be credited.
    """

    payment: Payment
    credits: tuple[Credit, ...]
    received: Money
    missing: Money
    unpriced: tuple[Receipt, ...]


def settle(
    payment: Payment,
    receipts: Sequence[Receipt],
    policy: PaymentPolicy,
    *,
    watermark: datetime | None = None,
    credited: Mapping[str, int] | None = None,
    rates: Mapping[str, Fraction] | None = None,
) -> Settlement:
    """Decide about *payment* from everything that arrived for it.

    *watermark* is provider time up to which nothing can be missing: only past its deadline may a
    payment expire. *credited* is what the ledger already gave for each receipt (by `ref`), in base
    units. *rates* are base units per asset unit for receipts that the locked quote doesn't cover.
    """
    booked = credited or {}
    honoured, foreign = _split(payment, receipts, policy)
    received = sum(receipt.amount.units for receipt in honoured)
    minimum = policy.minimum_due(payment.quote.due)
    settled = _next_status(payment, honoured, minimum, watermark)
    holds = settled.status is PaymentStatus.PENDING
    at_quote = () if holds else _at_locked_quote(settled, honoured, minimum, booked)
    priced, unpriced = _at_own_rate(payment, foreign, booked, rates or {})
    asset = payment.quote.asset
    missing = Money(max(0, minimum - received), asset)
    if missing.units:
        missing = Money(payment.quote.due.units - received, asset)
    return Settlement(settled, (*at_quote, *priced), Money(received, asset), missing, unpriced)


def is_within_quote(payment: Payment, receipt: Receipt, policy: PaymentPolicy) -> bool:
    """Whether the locked quote applies to *receipt*: right asset, and not later than the grace allows."""
    in_time = receipt.occurred_at <= payment.expires_at + policy.grace
    return in_time and receipt.amount.currency == payment.quote.asset


def _split(payment: Payment, receipts: Sequence[Receipt], policy: PaymentPolicy) -> tuple[list[Receipt], list[Receipt]]:
    honoured: list[Receipt] = []
    foreign: list[Receipt] = []
    distinct = {receipt.ref: receipt for receipt in receipts}.values()
    for receipt in sorted(distinct, key=lambda one: (one.occurred_at, one.source, one.external_id)):
        (honoured if is_within_quote(payment, receipt, policy) else foreign).append(receipt)
    return honoured, foreign


def _next_status(payment: Payment, honoured: Sequence[Receipt], minimum: int, watermark: datetime | None) -> Payment:
    if payment.status is PaymentStatus.CONFIRMED:
        return payment
    total = 0
    for receipt in honoured:
        total += receipt.amount.units
        if total >= minimum:
            return replace(payment, status=PaymentStatus.CONFIRMED, confirmed_at=receipt.occurred_at)
    if payment.is_open and watermark is not None and watermark > payment.expires_at:
        return replace(payment, status=PaymentStatus.EXPIRED)
    return payment


def _at_locked_quote(
    payment: Payment, honoured: Sequence[Receipt], minimum: int, booked: Mapping[str, int]
) -> tuple[Credit, ...]:
    """New receipts get what raises the whole to its value, so that splitting a payment changes nothing."""
    known = [receipt for receipt in honoured if receipt.ref in booked]
    units = sum(receipt.amount.units for receipt in known)
    given = sum(booked[receipt.ref] for receipt in known)
    credits = []
    for receipt in honoured:
        if receipt.ref in booked:
            continue
        units += receipt.amount.units
        value = max(0, payment.quote.value(units, minimum) - given)
        given += value
        if value:
            credits.append(Credit(receipt, Money(value, payment.amount.currency)))
    return tuple(credits)


def _at_own_rate(
    payment: Payment, foreign: Sequence[Receipt], booked: Mapping[str, int], rates: Mapping[str, Fraction]
) -> tuple[tuple[Credit, ...], tuple[Receipt, ...]]:
    credits, unpriced = [], []
    for receipt in foreign:
        if receipt.ref in booked:
            continue
        rate = rates.get(receipt.ref)
        if rate is None:
            unpriced.append(receipt)
        elif (value := int(receipt.amount.units * rate)) > 0:
            credits.append(Credit(receipt, Money(value, payment.amount.currency)))
    return tuple(credits), tuple(unpriced)

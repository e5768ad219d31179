"""Ways to be paid, as the domain sees them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Protocol

from orbit_domain.errors import Refusal
from orbit_domain.money import Currency, Money
from orbit_domain.payment.payment import Method, Payment, PaymentPolicy
from orbit_domain.payment.quote import Quote
from orbit_domain.payment.recurrence import PERIOD
from orbit_domain.payment.source_record import SourceRecord


@dataclass(eq=False)
class MethodUnavailable(Refusal):
    """This way of paying can't be offered just now; others may be."""

    method: Method
    reason: str


class GatewayUnavailable(Exception):
    """The provider gave no answer, or none that says what became of the call. The same call may be repeated."""


@dataclass(eq=False)
class RefundUnsupported(Refusal):
    """This way of paying can't send money back by itself."""

    method: Method


@dataclass(eq=False)
class RefundRefused(Refusal):
    """The provider has said no, and will again: nothing was sent back."""

    method: Method
    reason: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """Pay by sending *amount* to *address* with *reference* as the comment.

    `wallet_url` opens a wallet and is https, so that a button may carry it; `transfer_uri` is the link for a QR
    picture. Both fill all of it in.
    """

    amount: Money
    address: str
    reference: str
    wallet_url: str
    transfer_uri: str


@dataclass(frozen=True, slots=True)
class Link:
    """Pay *amount* on the provider's page *url*."""

    amount: Money
    url: str


@dataclass(frozen=True, slots=True)
class InAppInvoice:
    """Pay *amount* inside the messenger, which opens *url* as a payment of its own.

    It is paid in full or not at all, and the shop is asked before any money moves: see `AnswerPreCheckout`.
    `repeats`: the same is taken again each month.
    """

    amount: Money
    url: str
    repeats: bool = False


Instructions = Transfer | Link | InAppInvoice
"""How to pay. Screens know these forms, not the gateways."""


@dataclass(frozen=True, slots=True)
class OpenedPayment:
    """How to pay, and what is recorded with the payment before it is shown: where to, and the provider's name."""

    instructions: Instructions
    address: str
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class PaymentTerms:
    """What a gateway promises for every payment.

    `window` is how long a request is open. `minimum` and `maximum` bound one payment, in the base currency.
    `keeps_cards`: a card may be kept for renewals, as `CardGateway` says.
    """

    window: timedelta = timedelta(minutes=15)
    policy: PaymentPolicy = field(default_factory=PaymentPolicy)
    minimum: Money | None = None
    maximum: Money | None = None
    is_refundable: bool = False
    keeps_cards: bool = False

    def admit(self, price: Money) -> bool:
        """Whether one payment may be of *price*."""
        above = self.minimum is None or price.units >= self.minimum.units
        return above and (self.maximum is None or price.units <= self.maximum.units)

    def asked(self, missing: Money, price: Money, lasts: timedelta) -> Money | None:
        """What is asked for an order of *price* that *lasts* so long and lacks *missing*; None: not by this way.

        What repeats is the whole price, so that it buys the same each time. It is asked from nobody who owes: the debt
        would be paid first, and the order would wait.
        """
        if not self.policy.repeats:
            return missing
        return price if lasts == PERIOD and missing.units <= price.units else None


@dataclass(frozen=True, slots=True)
class Refund:
    """Money that the provider sends back. `id` is the provider's name of it."""

    id: str
    amount: Money


class PaymentGateway(Protocol):
    """One way to take money. Contract: `orbit_testing.contracts.payment_gateway`.

    `source` names the source whose watermark decides when a payment expires.
    """

    method: Method
    asset: Currency
    source: str
    terms: PaymentTerms

    async def quote(self, price: Money) -> Quote:
        """What *price* costs in this gateway's asset now. Raises MethodUnavailable."""

    async def open(self, payment: Payment) -> OpenedPayment:
        """Say how to pay. Idempotent by the payment's id: a second call gives the same answer.

        Called after the payment was recorded. Raises GatewayUnavailable; the outcome is unknown then.
        """

    async def look_up(self, payment: Payment) -> tuple[SourceRecord, ...]:
        """What the provider says arrived for *payment*, as its source will; empty where only the source knows.

        Raises GatewayUnavailable.
        """

    async def cancel(self, payment: Payment) -> None:
        """Stop the provider from asking. Money that was sent still arrives. Raises GatewayUnavailable."""

    async def refund(self, payment: Payment, amount: Money, key: str) -> Refund:
        """Send *amount* back, once for each *key*. Raises RefundUnsupported, RefundRefused, GatewayUnavailable."""


class Gateways(Protocol):
    """The ways to pay that are set up, and which of them new payments may be made by."""

    def get(self, method: Method) -> PaymentGateway:
        """The gateway of *method*, offered or not. Raises MethodUnavailable when it isn't set up."""

    def all(self) -> tuple[PaymentGateway, ...]:
        """Every gateway that is set up: money may still arrive by one that isn't offered."""

    def offered(self) -> tuple[PaymentGateway, ...]:
        """Those for new payments, in the order shown."""


class Rates(Protocol):
    """What an asset is worth."""

    async def rate(self, asset: Currency, base: Currency) -> "Rate":
        """Smallest base units per smallest asset unit, now. Raises RateUnavailable."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Base units that one asset unit is worth, and the readings behind it, for the record."""

    value: Fraction
    evidence: str
    at: datetime


class RateUnavailable(Exception):
    """No acceptable rate: too few fresh sources, too far apart, or a jump. The reason is the message."""

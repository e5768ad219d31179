"""The payment gateway for cards: an invoice at the bank, and the page where it is paid."""

from datetime import timedelta
from fractions import Fraction
from math import ceil

from orbit_adapters.sandbox_bank.api import BankApi, BankRefused, BankUnavailable, InvoiceRequest
from orbit_adapters.sandbox_bank.receipts import is_ahead
from orbit_domain.clock import Clock
from orbit_domain.money import RUB, Money
from orbit_domain.payment.payment import Method, Payment, PaymentPolicy
from orbit_domain.payment.ports import (
    GatewayUnavailable,
    Link,
    MethodUnavailable,
    OpenedPayment,
    PaymentTerms,
    Refund,
    RefundRefused,
)
from orbit_domain.payment.quote import Quote
from orbit_domain.payment.source_record import SourceRecord

BANK_METHOD = Method("bank")
WINDOW = timedelta(minutes=60)
"""How long an invoice is open: a card may ask its owner for a code, and more than once."""
_UNKNOWN_INVOICE = "no_such_invoice"


class SandboxBankGateway:
    """The port `PaymentGateway` for the sandbox's bank; contract: `orbit_testing.contracts.payment_gateway`.

    An invoice is asked for in roubles, so *price* is due as it is.
    """

    def __init__(self, api: BankApi, clock: Clock) -> None:
        self.method = BANK_METHOD
        self.asset = RUB
        self.source = api.source
        self.terms = PaymentTerms(window=WINDOW, policy=PaymentPolicy(tolerance_bps=0), is_refundable=True)
        self.api = api
        self.clock = clock

    async def quote(self, price: Money) -> Quote:
        """*price* itself. Raises MethodUnavailable for a price in another currency than roubles."""
        if price.currency != RUB:
            raise MethodUnavailable(self.method, f"the bank takes no {price.currency.code}")
        now = self.clock.now()
        return Quote(
            price=price,
            due=price,
            rate=Fraction(1),
            evidence="base currency",
            created_at=now,
            expires_at=now + self.terms.window,
        )

    async def open(self, payment: Payment) -> OpenedPayment:
        """The page of the payment's one invoice, which is made unless it is recorded with the payment.

        Raises GatewayUnavailable, and MethodUnavailable when the bank refuses.
        """
        due = payment.quote.due
        if payment.address:
            return OpenedPayment(Link(due, payment.address), payment.address, payment.external_id)
        request = InvoiceRequest(
            amount=due.units,
            currency=due.currency.code,
            reference=str(payment.id),
            note=payment.comment,
            # Rounded up: the bank asks no shorter than was promised.
            expires_at=ceil(payment.expires_at.timestamp()),
        )
        try:
            invoice = await self.api.create_invoice(request, key=str(payment.id))
        except BankUnavailable as error:
            raise GatewayUnavailable(str(error)) from None
        except BankRefused as error:
            raise MethodUnavailable(self.method, str(error)) from None
        return OpenedPayment(Link(due, invoice.url), invoice.url, invoice.id)

    async def look_up(self, payment: Payment) -> tuple[SourceRecord, ...]:
        """The receipts of the payment's invoice, each as the list shows it. Raises GatewayUnavailable."""
        if payment.external_id is None:
            return ()
        try:
            invoice = await self.api.invoice(payment.external_id)
        except (BankUnavailable, BankRefused) as error:
            raise GatewayUnavailable(str(error)) from None
        records = tuple(dict.fromkeys(receipt.record for receipt in invoice.receipts))
        if len({record.external_id for record in records}) != len(records):
            raise GatewayUnavailable("the bank shows one receipt in two ways")
        if any(record.invoice_id != payment.external_id for record in records):
            raise GatewayUnavailable("the bank shows a receipt of another invoice")
        if is_ahead(self.clock.now(), [record.occurred_at for record in records]):
            raise GatewayUnavailable("the bank shows a time in the future")
        return records

    async def cancel(self, payment: Payment) -> None:
        """Close the invoice. A payment without one, or one that the bank doesn't know, is asked for by no one.

        Raises GatewayUnavailable.
        """
        if payment.external_id is None:
            return
        try:
            await self.api.cancel(payment.external_id)
        except BankUnavailable as error:
            raise GatewayUnavailable(str(error)) from None
        except BankRefused as error:
            if error.code != _UNKNOWN_INVOICE:
                raise GatewayUnavailable(str(error)) from None

    async def refund(self, payment: Payment, amount: Money, key: str) -> Refund:
        """Send *amount* back to whoever paid, once for each *key*. Raises RefundRefused, GatewayUnavailable."""
        if payment.external_id is None:
            raise RefundRefused(self.method, "no_invoice")
        try:
            refund_id = await self.api.refund(payment.external_id, amount.units, amount.currency.code, key)
        except BankUnavailable as error:
            raise GatewayUnavailable(str(error)) from None
        except BankRefused as error:
            raise RefundRefused(self.method, error.code) from None
        return Refund(refund_id, amount)

"""The payment gateway for Crypto Pay: an invoice in the shop's currency or over a coin, and the page to pay it on."""

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from fractions import Fraction
from math import ceil
from weakref import WeakValueDictionary

from orbit_adapters.cryptopay.api import CryptoPayApi, CryptoPayRefused, CryptoPayUnavailable, InvoiceRequest
from orbit_adapters.cryptopay.invoices import ACTIVE, PAID, ShownInvoice, name_of, payload_of
from orbit_adapters.cryptopay.listing import ListContradicts, PaidList, pages
from orbit_domain.clock import Clock
from orbit_domain.money import BaseCurrency, Currency, Money
from orbit_domain.payment.payment import Method, Payment, PaymentPolicy
from orbit_domain.payment.ports import (
    GatewayUnavailable,
    Link,
    MethodUnavailable,
    OpenedPayment,
    PaymentTerms,
    Refund,
    RefundUnsupported,
)
from orbit_domain.payment.quote import Quote
from orbit_domain.payment.rate_quotes import RateQuotes
from orbit_domain.payment.source_record import SourceRecord

CRYPTOPAY_METHOD = Method("cryptopay")
WINDOW = timedelta(minutes=60)
"""How long an invoice in the shop's currency is open: the coin may have to be bought first."""
COIN_WINDOW = timedelta(minutes=30)
"""The same over a coin, whose rate is locked as long."""
SHORTEST_S = 60
_CLOCKS_DIFFER = timedelta(minutes=10)
_PAGE = re.compile(r"(https://t\.me/|http://(localhost|127(\.\d{1,3}){3}|\[::1\])[:/])[!-~]{1,400}", re.ASCII)


class CryptoPayGateway:
    """The port `PaymentGateway` for Crypto Pay; contract: `orbit_testing.contracts.payment_gateway`.

    Invoices are asked for in the shop's currency, so *price* is due as it is, and Crypto Pay converts it when it is
    paid. With *coin_quotes* they are over that coin, at the rate that the quote has locked. An invoice is known by our
    name of the payment, which stands in it: `createInvoice` takes no idempotency key.
    """

    def __init__(
        self,
        api: CryptoPayApi,
        paid: PaidList,
        base: BaseCurrency,
        clock: Clock,
        coin_quotes: RateQuotes | None = None,
    ) -> None:
        self.method = CRYPTOPAY_METHOD
        self.asset: Currency = base if coin_quotes is None else coin_quotes.asset
        self.source = api.source
        window = WINDOW if coin_quotes is None else coin_quotes.window
        self.terms = PaymentTerms(window=window, policy=PaymentPolicy(tolerance_bps=0))
        self.api = api
        self.paid = paid
        self.base = base
        self.clock = clock
        self.coin_quotes = coin_quotes
        self._opening: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def quote(self, price: Money) -> Quote:
        """*price* itself, or in the coin, rounded up.

        Raises MethodUnavailable without a rate, and for a price in another currency than the shop's.
        """
        if price.currency != self.base:
            raise MethodUnavailable(self.method, f"the shop takes no {price.currency.code}")
        if self.coin_quotes is not None:
            return await self.coin_quotes.quote(price)
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
        """The page of the payment's invoice, which is looked for before it is made.

        Raises GatewayUnavailable, and MethodUnavailable when Crypto Pay refuses.
        """
        due = payment.quote.due
        if payment.address:
            return OpenedPayment(Link(due, payment.address), payment.address, payment.external_id)
        lock = self._opening.setdefault(name_of(payment), asyncio.Lock())
        try:
            async with lock:
                invoice = await self._find_or_make(payment)
        except CryptoPayUnavailable as error:
            raise GatewayUnavailable(str(error)) from None
        except CryptoPayRefused as error:
            raise MethodUnavailable(self.method, str(error)) from None
        if _PAGE.fullmatch(invoice.url) is None:
            raise GatewayUnavailable("the invoice's page is none of Telegram's")
        return OpenedPayment(Link(due, invoice.url), invoice.url, name_of(payment))

    async def look_up(self, payment: Payment) -> tuple[SourceRecord, ...]:
        """What was paid for *payment*, at its place among all that was paid. Raises GatewayUnavailable."""
        try:
            if not await self._invoices(payment, lambda invoice: invoice.status == PAID):
                return ()
            whole = await self.paid.whole(self.clock.now())
        except (CryptoPayUnavailable, CryptoPayRefused, ListContradicts) as error:
            raise GatewayUnavailable(str(error)) from None
        return tuple(
            invoice.record(self.source, self.base, rank)
            for rank, invoice in enumerate(whole, 1)
            if invoice.payment == name_of(payment)
        )

    async def cancel(self, payment: Payment) -> None:
        """Take the payment's invoice back; one that is paid stays. Raises GatewayUnavailable."""
        try:
            for invoice in await self._invoices(payment, _is_active):
                await self.api.delete_invoice(invoice.id)
        except (CryptoPayUnavailable, CryptoPayRefused) as error:
            raise GatewayUnavailable(str(error)) from None

    async def refund(self, payment: Payment, amount: Money, key: str) -> Refund:
        """Never: Crypto Pay doesn't say who has paid, and new apps may not send money. Raises RefundUnsupported."""
        raise RefundUnsupported(self.method)

    async def _find_or_make(self, payment: Payment) -> ShownInvoice:
        """The oldest of the payment's invoices: one is made only where there is none."""
        known = await self._invoices(payment)
        if not known:
            made = await self.api.create_invoice(self._request(payment))
            # Another process may have made one at the same moment. Everybody keeps the oldest, which one may be paid.
            listed = await self._invoices(payment)
            known = tuple(sorted({one.id: one for one in (made, *listed)}.values(), key=_by_id))
            for later in filter(_is_active, known[1:]):
                with suppress(CryptoPayUnavailable, CryptoPayRefused):  # Nobody was shown it.
                    await self.api.delete_invoice(later.id)
        if known[0].amount != payment.quote.due:
            raise CryptoPayUnavailable("the payment's invoice is over another amount")
        return known[0]

    def _request(self, payment: Payment) -> InvoiceRequest:
        left = (payment.expires_at - self.clock.now()).total_seconds()
        # Rounded up: the invoice is open no shorter than was promised.
        return InvoiceRequest(
            payment.quote.due, payload_of(payment), payment.comment, expires_in_s=max(SHORTEST_S, ceil(left))
        )

    async def _invoices(
        self, payment: Payment, wanted: Callable[[ShownInvoice], bool] = lambda _: True
    ) -> tuple[ShownInvoice, ...]:
        """The payment's invoices among those made since it was requested, oldest first."""
        since = payment.created_at - _CLOCKS_DIFFER
        found: dict[int, ShownInvoice] = {}
        async for page in pages(self.api.invoices, self.paid.page_limit):
            found |= {one.id: one for one in page if one.payment == name_of(payment) and wanted(one)}
            if any(one.created_at < since for one in page):
                break  # The newest stand first.
        return tuple(sorted(found.values(), key=_by_id))


def _by_id(invoice: ShownInvoice) -> int:
    return invoice.id


def _is_active(invoice: ShownInvoice) -> bool:
    return invoice.status == ACTIVE

"""The payment gateway for Stars: a link that opens the payment inside Telegram."""

from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal

from orbit_adapters.stars.api import MAX_ROWS, StarsApi, StarsRefused, StarsUnavailable
from orbit_adapters.stars.listing import first_since
from orbit_adapters.stars.settings import StarsSettings
from orbit_adapters.stars.transactions import MalformedRowError, StarTransaction, read_row
from orbit_domain.clock import Clock
from orbit_domain.ids import TelegramId
from orbit_domain.money import STARS, BaseCurrency, Money
from orbit_domain.payment.payment import STARS_METHOD, Payment, PaymentPolicy
from orbit_domain.payment.ports import (
    GatewayUnavailable,
    InAppInvoice,
    MethodUnavailable,
    OpenedPayment,
    PaymentTerms,
    Rates,
    Refund,
    RefundRefused,
)
from orbit_domain.payment.quote import Quote
from orbit_domain.payment.rate_quotes import RateQuotes
from orbit_domain.payment.source_record import SourceRecord

WINDOW = timedelta(minutes=60)
"""How long an invoice is open: Stars may have to be bought first."""
MAX_STARS = 10_000
"""The largest invoice in Stars."""
_REFUNDED = "CHARGE_ALREADY_REFUNDED"
_CLOCKS_DIFFER = timedelta(minutes=2)


class StarsGateway:
    """The port `PaymentGateway` for Stars; contract: `orbit_testing.contracts.payment_gateway`.

    Telegram makes another link each time it is asked, and a link may be paid again: that one payment is taken once is
    decided by `AnswerPreCheckout`, which Telegram asks before it takes anything.
    """

    def __init__(self, settings: StarsSettings, base: BaseCurrency, api: StarsApi, rates: Rates, clock: Clock) -> None:
        self.method = STARS_METHOD
        self.asset = STARS
        self.source = api.source
        largest_units = int(MAX_STARS * Decimal(settings.price).scaleb(base.decimals))
        self.terms = PaymentTerms(
            window=WINDOW,
            policy=PaymentPolicy(tolerance_bps=0),
            maximum=Money(largest_units, base),
            is_refundable=True,
        )
        self.settings = settings
        self.api = api
        self.rates = rates
        self.clock = clock

    async def quote(self, price: Money) -> Quote:
        """*price* in whole Stars, rounded up. Raises MethodUnavailable for another currency than the shop's."""
        return await RateQuotes(self.method, STARS, 1, self.terms.window, self.rates, self.clock).quote(price)

    async def open(self, payment: Payment) -> OpenedPayment:
        """The link that is recorded with the payment, or a new one.

        Raises GatewayUnavailable, and MethodUnavailable when Telegram refuses.
        """
        due, name, repeats = payment.quote.due, self.payload(payment), payment.policy.repeats
        if payment.address:
            return OpenedPayment(InAppInvoice(due, payment.address, repeats), payment.address, payment.external_id)
        try:
            url = await self.api.create_link(self.settings.title, payment.comment, name, due, repeats=repeats)
        except StarsUnavailable as error:
            raise GatewayUnavailable(str(error)) from None
        except StarsRefused as error:
            raise MethodUnavailable(self.method, str(error)) from None
        return OpenedPayment(InAppInvoice(due, url, repeats), url, name)

    def payload(self, payment: Payment) -> str:
        """The name that the invoice of *payment* is given."""
        return payment.id.hex

    def own(self, payment: Payment, charges: list[StarTransaction]) -> list[StarTransaction]:
        """Those of *charges*, oldest first, that have paid *payment*."""
        return [charge for charge in charges if charge.payload == payment.external_id]

    async def look_up(self, payment: Payment) -> tuple[SourceRecord, ...]:
        """Nothing: Telegram finds no payment by its name, so the list is read as a whole."""
        return ()

    async def cancel(self, payment: Payment) -> None:
        """Nothing to tell: Telegram asks before it takes anything, and a cancelled payment is refused then."""

    async def refund(self, payment: Payment, amount: Money, key: str) -> Refund:
        """Give the one charge of *payment* back, which can be done once and whole, whatever the *key*.

        Raises RefundRefused, GatewayUnavailable.
        """
        charge, is_refunded = await self._charge(payment)
        if amount != Money(charge.stars, STARS):
            raise RefundRefused(self.method, "only_whole_charges")
        if not is_refunded and charge.payer is not None:
            try:
                await self.api.refund(TelegramId(charge.payer), charge.id)
            except StarsUnavailable as error:
                raise GatewayUnavailable(str(error)) from None
            except StarsRefused as error:
                if error.code != _REFUNDED:
                    raise RefundRefused(self.method, error.code) from None
        return Refund(charge.id, amount)

    async def _charge(self, payment: Payment) -> tuple[StarTransaction, bool]:
        """The charge that paid *payment*, and whether it was given back. Raises RefundRefused, GatewayUnavailable."""
        try:
            rows = [row async for row in self._rows_since(payment) if payment.external_id in (row.payload, row.id)]
        except (StarsUnavailable, MalformedRowError) as error:
            raise GatewayUnavailable(str(error)) from None
        charges = {row.id: row for row in self.own(payment, [row for row in rows if row.is_payment])}
        if len(charges) != 1:
            # Telegram knows no keys: of two charges nobody could say which one a repeated call has meant.
            raise RefundRefused(self.method, "not_paid" if not charges else "paid_more_than_once")
        (charge,) = charges.values()
        return charge, any(row.id == charge.id and not row.is_incoming for row in rows)

    async def _rows_since(self, payment: Payment) -> AsyncIterator[StarTransaction]:
        """Every row since the payment was requested."""
        since = payment.created_at - _CLOCKS_DIFFER
        offset = await first_since(self.api, since)
        while rows := await self.api.transactions(offset):
            for row in rows:
                yield read_row(row)
            offset += len(rows)
            if len(rows) < MAX_ROWS:
                return

"""The payment gateway for YooKassa: a payment there, and the page where the customer chooses how to pay it."""

import hashlib
import re
from datetime import timedelta
from fractions import Fraction

from orbit_adapters.yookassa.answers import ShownPayment, ShownRefund
from orbit_adapters.yookassa.api import YooKassaApi, YooKassaRefused, YooKassaUnavailable
from orbit_adapters.yookassa.bodies import charge_body, payment_body, refund_body
from orbit_adapters.yookassa.listing import ContradictionError, Listing
from orbit_adapters.yookassa.rows import PAYMENTS, SUCCEEDED, Row, is_ahead
from orbit_adapters.yookassa.settings import YooKassaSettings
from orbit_domain.clock import Clock
from orbit_domain.money import RUB, Money
from orbit_domain.payment.kept_card import Charge, ChargeOutcome
from orbit_domain.payment.payment import CardUse, Method, Payment, PaymentPolicy
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

YOOKASSA_METHOD = Method("yookassa")
WINDOW = timedelta(minutes=60)
"""How long a payment is open. YooKassa's page may take money for some hours more, which is booked all the same."""
MINIMUM = Money(100, RUB)
_MAX_LOOKED_THROUGH = 10
_REVOKED = "permission_revoked"
_NOTHING_TO_CANCEL = frozenset({"invalid_request", "not_found"})
_HEADER_KEY = re.compile(r"[!-~]([ -~]{0,62}[!-~])?", re.ASCII)


class YooKassaGateway:
    """The ports `PaymentGateway` and `CardGateway` for YooKassa; contract: `orbit_testing.contracts.payment_gateway`.

    A payment is asked for in roubles, so *price* is due as it is. Its key at YooKassa is our payment's id, which is
    recorded before YooKassa is asked: whoever repeats the call after an unknown outcome repeats the same key.
    """

    def __init__(self, settings: YooKassaSettings, api: YooKassaApi, clock: Clock) -> None:
        self.method = YOOKASSA_METHOD
        self.asset = RUB
        self.source = api.source
        self.terms = PaymentTerms(
            window=WINDOW,
            policy=PaymentPolicy(tolerance_bps=0),
            minimum=MINIMUM,
            is_refundable=True,
            keeps_cards=settings.keeps_cards,
        )
        self.settings = settings
        self.api = api
        self.clock = clock

    async def quote(self, price: Money) -> Quote:
        """*price* itself. Raises MethodUnavailable for a price in another currency than roubles."""
        if price.currency != RUB:
            raise MethodUnavailable(self.method, f"YooKassa takes no {price.currency.code}")
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
        """The page of the payment's one payment at YooKassa, made unless it is recorded with ours.

        Raises GatewayUnavailable, and MethodUnavailable when YooKassa refuses.
        """
        due = payment.quote.due
        if payment.address:
            return OpenedPayment(Link(due, payment.address), payment.address, payment.external_id)
        if payment.card is CardUse.CHARGE or (payment.card is CardUse.KEEP and not self.terms.keeps_cards):
            raise MethodUnavailable(self.method, "no page for a payment with a kept card")
        if self.clock.now() >= payment.expires_at:
            # YooKassa forgets a key after a day: the same key could make a second payment then.
            raise MethodUnavailable(self.method, "its time is over, and it was never shown")
        try:
            shown = await self.api.create(payment_body(payment, self.settings), key=str(payment.id))
        except YooKassaUnavailable as error:
            raise GatewayUnavailable(str(error)) from None
        except YooKassaRefused as error:
            raise MethodUnavailable(self.method, str(error)) from None
        url = self._page_of(shown, payment)
        return OpenedPayment(Link(due, url), url, shown.id)

    async def kept_card(self, payment: Payment) -> str | None:
        """What YooKassa calls the way to pay that it has kept with *payment*. Raises GatewayUnavailable."""
        saved = (await self._shown(payment.external_id)).saved if payment.external_id else None
        return saved.title if saved else None

    async def charge(self, payment: Payment, kept: Payment) -> Charge:
        """Take what is due from what was kept with *kept*; the key is our payment's id. Raises GatewayUnavailable.

        What still wants its customer (3-D Secure) is declined: nobody is shown the page.
        """
        if payment.external_id is not None:
            return self._charged(await self._shown(payment.external_id), payment)
        saved = (await self._shown(kept.external_id)).saved if kept.external_id else None
        if saved is None:
            return Charge(ChargeOutcome.REVOKED, None)
        try:
            shown = await self.api.create(charge_body(payment, saved.id, self.settings), key=str(payment.id))
        except YooKassaUnavailable as error:
            raise GatewayUnavailable(str(error)) from None
        except YooKassaRefused:
            return Charge(ChargeOutcome.DECLINED, None)
        return self._charged(shown, payment)

    async def look_up(self, payment: Payment) -> tuple[SourceRecord, ...]:
        """What was paid for *payment*, by whichever attempt, each as the list shows it. Raises GatewayUnavailable.

        YooKassa's payment itself is asked first; while it isn't paid, nothing is.
        """
        if payment.external_id is None:
            return ()
        try:
            paid = (await self.api.payment(payment.external_id)).row
            if paid is None:
                return ()
            others = await self.api.rows(PAYMENTS, paid.at - PAYMENTS.overlap, _MAX_LOOKED_THROUGH)
            listing = Listing((*others, paid), PAYMENTS.overlap)
        except (YooKassaUnavailable, YooKassaRefused) as error:
            raise GatewayUnavailable(str(error)) from None
        except ContradictionError:
            raise GatewayUnavailable("YooKassa shows one payment in two ways") from None
        if is_ahead(self.clock.now(), [row.at for row in listing.rows]):
            raise GatewayUnavailable("YooKassa shows a time in the future")
        return tuple(listing.records(self.source, [row for row in listing.rows if _is_for(row, payment)]))

    async def cancel(self, payment: Payment) -> None:
        """Give back what is held, if anything is: a payment that waits for its customer can't be cancelled there.

        Raises GatewayUnavailable.
        """
        if payment.external_id is None:
            return
        try:
            await self.api.cancel(payment.external_id, key=f"{payment.id}-cancel")
        except YooKassaUnavailable as error:
            raise GatewayUnavailable(str(error)) from None
        except YooKassaRefused as error:
            if error.code not in _NOTHING_TO_CANCEL:
                raise GatewayUnavailable(str(error)) from None

    async def refund(self, payment: Payment, amount: Money, key: str) -> Refund:
        """Send *amount* back to whoever paid, once for each *key*, however long ago it was first asked for.

        Raises RefundRefused, and GatewayUnavailable also while the refund is pending.
        """
        if payment.external_id is None:
            raise RefundRefused(self.method, "no_payment")
        # YooKassa forgets a key after a day, and keeps a description: a refund is found again by its key in there.
        name = key if _HEADER_KEY.fullmatch(key) else hashlib.sha256(key.encode()).hexdigest()
        try:
            known = [one for one in await self.api.refunds_of(payment.external_id) if one.description == name]
            body = refund_body(payment.external_id, amount, name, self.settings)
            refund = known[0] if known else await self.api.refund(body, key=name)
        except YooKassaUnavailable as error:
            raise GatewayUnavailable(str(error)) from None
        except YooKassaRefused as error:
            raise RefundRefused(self.method, error.code) from None
        return self._made(refund, payment.external_id, amount)

    async def _shown(self, name: str) -> ShownPayment:
        """YooKassa's payment of that *name*. Raises GatewayUnavailable: a refusal says nothing about the payment."""
        try:
            return await self.api.payment(name)
        except (YooKassaUnavailable, YooKassaRefused) as error:
            raise GatewayUnavailable(str(error)) from None

    def _charged(self, shown: ShownPayment, payment: Payment) -> Charge:
        """What *shown* says of the charge. Raises GatewayUnavailable."""
        self._check_asked_for(shown, payment)
        outcome = ChargeOutcome.WAITING
        if shown.status == SUCCEEDED:
            outcome = ChargeOutcome.TAKEN
        elif shown.status == "canceled" and shown.cancelled_for == _REVOKED:
            outcome = ChargeOutcome.REVOKED
        elif shown.status == "canceled" or shown.asks_customer:
            outcome = ChargeOutcome.DECLINED
        return Charge(outcome, shown.id)

    def _check_asked_for(self, shown: ShownPayment, payment: Payment) -> None:
        if (shown.amount, shown.payment_id) != (payment.quote.due, str(payment.id)):
            raise GatewayUnavailable("another payment than the one that was asked for")

    def _page_of(self, shown: ShownPayment, payment: Payment) -> str:
        """Where *shown* is paid. Raises MethodUnavailable, GatewayUnavailable."""
        if shown.is_test != self.settings.is_test:
            raise MethodUnavailable(self.method, "a test shop" if shown.is_test else "not a test shop")
        self._check_asked_for(shown, payment)
        if shown.status == "canceled":
            raise MethodUnavailable(self.method, "YooKassa has cancelled it already")
        if shown.url is None:
            raise GatewayUnavailable("a payment without a safe page")
        return shown.url

    def _made(self, refund: ShownRefund, paid_by: str, amount: Money) -> Refund:
        """*refund* when it has succeeded. Raises RefundRefused, GatewayUnavailable."""
        if (refund.paid_by, refund.amount) != (paid_by, amount):
            raise RefundRefused(self.method, "another_refund_of_this_key")
        if refund.status == "canceled":
            raise RefundRefused(self.method, "canceled")
        if refund.status != SUCCEEDED:
            raise GatewayUnavailable("the refund is pending")
        return Refund(refund.id, amount)


def _is_for(row: Row, payment: Payment) -> bool:
    return row.payment_id == str(payment.id) or row.id == payment.external_id

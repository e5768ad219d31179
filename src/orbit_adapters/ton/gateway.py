"""The payment gateway for coins: quotes, the address to pay to, and wallet links."""

from urllib.parse import quote as percent_encoded

from orbit_adapters.ton.settings import TonSettings
from orbit_domain.clock import Clock
from orbit_domain.money import TON, Money
from orbit_domain.payment.payment import TON_METHOD, Payment
from orbit_domain.payment.ports import Invoice, MethodUnavailable, Rates, RateUnavailable
from orbit_domain.payment.quote import Quote, due_units

DISPLAY_STEP = 1_000_000
"""Nanotons in 0.001 coin: amounts due are whole multiples, so that a person can type them."""


class TonGateway:
    """The port `PaymentGateway` for the native coin. Only `quote` calls another machine: the rates."""

    def __init__(self, settings: TonSettings, rates: Rates, clock: Clock) -> None:
        self.method = TON_METHOD
        self.settings = settings
        self.rates = rates
        self.clock = clock
        # Non-bounceable: the coins stay at our wallet even while it is not deployed.
        self.address = settings.account.friendly(settings.network, bounceable=False)

    async def quote(self, price: Money) -> Quote:
        """*price* in nanotons, rounded up to 0.001 coin. Raises MethodUnavailable when no rate is available."""
        try:
            rate = await self.rates.rate(TON, price.currency)
        except RateUnavailable as error:
            raise MethodUnavailable(self.method, str(error)) from error
        now = self.clock.now()
        return Quote(
            price=price,
            due=Money(due_units(price, rate.value, DISPLAY_STEP), TON),
            rate=rate.value,
            evidence=rate.evidence,
            created_at=now,
            expires_at=now + self.settings.quote_window,
        )

    async def invoice(self, payment: Payment) -> Invoice:
        """How to pay *payment*: its locked amount and its comment, to our address. The same every time."""
        due = payment.quote.due
        query = f"?amount={due.units}&text={percent_encoded(payment.comment, safe='')}"
        return Invoice(
            amount=due,
            address=self.address,
            comment=payment.comment,
            wallet_url=f"{self.settings.wallet_link.rstrip('/')}/{self.address}{query}",
            transfer_uri=f"ton://transfer/{self.address}{query}",
            expires_at=payment.expires_at,
        )

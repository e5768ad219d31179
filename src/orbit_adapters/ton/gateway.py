"""The payment gateway for coins: quotes, the address to pay to, and wallet links."""

from orbit_adapters.ton.payout_address import payout_address, shown_address
from orbit_adapters.ton.settings import TonSettings
from orbit_adapters.ton.source_names import source_name
from orbit_adapters.ton.wallet_links import transfer_to
from orbit_domain.clock import Clock
from orbit_domain.money import TON, Money
from orbit_domain.payment.payment import TON_METHOD, Payment
from orbit_domain.payment.payout import Payout
from orbit_domain.payment.ports import (
    OpenedPayment,
    PaymentTerms,
    Rates,
    Refund,
    RefundUnsupported,
    Transfer,
)
from orbit_domain.payment.quote import Quote
from orbit_domain.payment.rate_quotes import RateQuotes
from orbit_domain.payment.source_record import SourceRecord

DISPLAY_STEP = 1_000_000
"""Nanotons in 0.001 coin: amounts due are whole multiples, so that a person can type them."""


class TonGateway:
    """The ports `PaymentGateway` and `PayoutGateway` for the coin. Only `quote` calls another machine: the rates."""

    def __init__(self, settings: TonSettings, rates: Rates, clock: Clock) -> None:
        self.method = TON_METHOD
        self.asset = TON
        self.source = source_name(settings.network, settings.account)
        self.terms = PaymentTerms()
        self.settings = settings
        self.rates = rates
        self.clock = clock
        # Non-bounceable: the coins stay at our wallet even while it is not deployed.
        self.address = settings.account.friendly(settings.network, bounceable=False)

    async def quote(self, price: Money) -> Quote:
        """*price* in nanotons, rounded up to 0.001 coin. Raises MethodUnavailable when no rate is available."""
        window = self.settings.quote_window
        return await RateQuotes(self.method, TON, DISPLAY_STEP, window, self.rates, self.clock).quote(price)

    async def open(self, payment: Payment) -> OpenedPayment:
        """Ask for the locked amount with the payment's comment, at the address that it was promised with."""
        address = payment.address or self.address
        transfer = transfer_to(address, payment.quote.due, payment.comment, self.settings.wallet_link)
        return OpenedPayment(transfer, address)

    async def look_up(self, payment: Payment) -> tuple[SourceRecord, ...]:
        """Nothing: only the account's history says what arrived, and it is read as a whole."""
        return ()

    async def cancel(self, payment: Payment) -> None:
        """Nothing to tell: no one but the customer knows of the request."""

    def destination(self, typed: str) -> str:
        """The account in any form, of this network. Raises BadDestination, also for an account of the shop."""
        return payout_address(self.method, self.settings, typed).raw

    def shown(self, destination: str) -> str:
        """The account as wallets show it."""
        return shown_address(self.settings, destination)

    def ask_for(self, payout: Payout) -> Transfer:
        """What the owner's wallet has to send."""
        return transfer_to(self.shown(payout.destination), payout.amount, payout.comment, self.settings.wallet_link)

    async def refund(self, payment: Payment, amount: Money, key: str) -> Refund:
        """Raises RefundUnsupported: Orbit has no key of the wallet. The owner sends it: see `ask_for`."""
        raise RefundUnsupported(self.method)

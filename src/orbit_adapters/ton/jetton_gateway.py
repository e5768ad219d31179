"""The payment gateway for dollar tokens: quotes, the address to pay to, and wallet links."""

from orbit_adapters.ton.jetton_wallet import JettonWallet
from orbit_adapters.ton.payout_address import payout_address, shown_address
from orbit_adapters.ton.settings import TonSettings
from orbit_adapters.ton.source_names import jetton_source_name
from orbit_adapters.ton.wallet_links import transfer_to
from orbit_domain.clock import Clock
from orbit_domain.money import USDT, Money
from orbit_domain.payment.payment import USDT_METHOD, Payment, PaymentPolicy
from orbit_domain.payment.payout import BadDestination, Payout
from orbit_domain.payment.ports import (
    MethodUnavailable,
    OpenedPayment,
    PaymentTerms,
    Rates,
    Refund,
    RefundUnsupported,
    Transfer,
)
from orbit_domain.payment.quote import Quote
from orbit_domain.payment.rate_quotes import RateQuotes
from orbit_domain.payment.source import SourceUnavailable
from orbit_domain.payment.source_record import SourceRecord

DISPLAY_STEP = 10_000
"""Smallest units in 0.01 USDT: amounts due are whole cents, so that a person can type them."""


class JettonGateway:
    """The ports `PaymentGateway` and `PayoutGateway` for USDT at the shop's own wallet.

    Only `quote` calls other machines. The token wallet's address is never shown: coins that are sent there are lost.
    """

    def __init__(self, settings: TonSettings, wallet: JettonWallet, rates: Rates, clock: Clock) -> None:
        self.method = USDT_METHOD
        self.asset = USDT
        self.source = jetton_source_name(settings.network, settings.account)
        self.terms = PaymentTerms(policy=PaymentPolicy(tolerance_bps=0))
        self.settings = settings
        self.wallet = wallet
        self.rates = rates
        self.clock = clock
        self.address = settings.account.friendly(settings.network, bounceable=False)
        self.master = wallet.master.friendly(settings.network, bounceable=True)

    async def quote(self, price: Money) -> Quote:
        """*price* in USDT, rounded up to a cent. Raises MethodUnavailable without a rate or a verified token wallet."""
        try:
            await self.wallet.account()
        except SourceUnavailable as error:
            raise MethodUnavailable(self.method, str(error)) from error
        window = self.settings.quote_window
        return await RateQuotes(self.method, USDT, DISPLAY_STEP, window, self.rates, self.clock).quote(price)

    async def open(self, payment: Payment) -> OpenedPayment:
        """Ask for the locked amount with the payment's comment, at the address that it was promised with."""
        address = payment.address or self.address
        link = self.settings.wallet_link
        return OpenedPayment(transfer_to(address, payment.quote.due, payment.comment, link, self.master), address)

    async def look_up(self, payment: Payment) -> tuple[SourceRecord, ...]:
        """Nothing: only the token wallet's history says what arrived, and it is read as a whole."""
        return ()

    async def cancel(self, payment: Payment) -> None:
        """Nothing to tell: no one but the customer knows of the request."""

    def destination(self, typed: str) -> str:
        """Whose the tokens are to be, in any form. Raises BadDestination, also for the shop and for contracts of USDT.

        Tokens that belong to the issuer or to a token wallet are lost.
        """
        account = payout_address(self.method, self.settings, typed)
        if account in self.wallet.accounts() | {self.wallet.master}:
            raise BadDestination(self.method, "token")
        return account.raw

    def shown(self, destination: str) -> str:
        """The account as wallets show it."""
        return shown_address(self.settings, destination)

    def ask_for(self, payout: Payout) -> Transfer:
        """What the owner's wallet has to send."""
        return transfer_to(
            self.shown(payout.destination), payout.amount, payout.comment, self.settings.wallet_link, self.master
        )

    async def refund(self, payment: Payment, amount: Money, key: str) -> Refund:
        """Raises RefundUnsupported: Orbit has no key of the wallet. The owner sends it: see `ask_for`."""
        raise RefundUnsupported(self.method)

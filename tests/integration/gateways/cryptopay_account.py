"""The shop's app at the simulated Crypto Pay, and the real adapter over ASGI."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import httpx
from pydantic import SecretStr
from starlette.types import ASGIApp

from orbit_adapters.cryptopay.amounts import NAMES, STEPS, decimal_text, names_of
from orbit_adapters.cryptopay.api import CryptoPayApi
from orbit_adapters.cryptopay.gateway import COIN_WINDOW, CRYPTOPAY_METHOD, CryptoPayGateway
from orbit_adapters.cryptopay.invoices import payload_of
from orbit_adapters.cryptopay.listing import PaidList
from orbit_adapters.cryptopay.settings import CryptoPayNetwork, CryptoPaySettings
from orbit_adapters.cryptopay.source import CryptoPaySource
from orbit_adapters.rates.fixed import FixedRates
from orbit_domain.money import RUB, BaseCurrency, Currency, Money, rub
from orbit_domain.payment.payment import Payment
from orbit_domain.payment.rate_quotes import RateQuotes
from orbit_sandbox.cryptopay.app import FAULTS, cryptopay_app
from orbit_sandbox.cryptopay.records import CryptoInvoice
from orbit_sandbox.cryptopay.sim_cryptopay import TOKEN, SimCryptoPay
from orbit_sandbox.faults import Faults
from tests.support.clock import FakeClock

URL = "https://cryptopay.example/api"
SETTINGS = CryptoPaySettings(token=SecretStr(TOKEN), network=CryptoPayNetwork.TESTNET, api_url=URL)


@dataclass
class CryptoPayAccount:
    """Crypto Pay with its faults, and the gateway and the source under test. It plays both harnesses.

    An invoice is paid once and whole: what a contract pays in parts, again or late are other invoices with the same
    payload, as two processes may make them.
    """

    clock: FakeClock
    sim: SimCryptoPay
    faults: Faults
    api: CryptoPayApi
    gateway: CryptoPayGateway
    source: CryptoPaySource
    asks_provider = asks_about_payments = repeats_address = True
    refunds_parts = False

    def requests(self) -> int:
        return len(self.sim.invoices)

    def refunded(self) -> int:
        return 0

    def pay(self, payment: Payment, units: int) -> None:
        self.paid(Money(units, payment.quote.asset), payload_of(payment))

    def paid(self, amount: Money, payload: str | None, coin: str = "USDT", minutes_ago: float = 0) -> CryptoInvoice:
        """Another invoice, paid so long ago."""
        name, *_ = names_of(amount.currency)
        fiat, asset = (None, name) if amount.currency in NAMES else (name, None)
        invoice = self.sim.add_invoice(decimal_text(amount), fiat=fiat, asset=asset, payload=payload)
        self.sim.pay(invoice, coin, paid_at=self.clock.at - timedelta(minutes=minutes_ago))
        return invoice

    def invoice_of(self, payment: Payment) -> CryptoInvoice:
        """The one invoice of *payment*."""
        (invoice,) = [one for one in self.sim.invoices.values() if one.payload == payload_of(payment)]
        return invoice

    def wait(self, by: timedelta) -> None:
        self.clock.at += by

    def deposit(self, units: int, comment: str) -> None:
        self.paid(rub(units), f"orbit:{units:032x}:{comment}")

    def stop_answering(self) -> None:
        self.faults.turn_on("cryptopay.timeout")

    def lose_answers(self) -> None:
        self.faults.turn_on("cryptopay.cut")

    def run_ahead(self) -> None:
        self.faults.turn_on("cryptopay.future")

    def heal(self) -> None:
        self.faults.clear()


@asynccontextmanager
async def open_account(
    clock: FakeClock | None = None,
    page_limit: int = 4,
    over: Callable[[ASGIApp], httpx.AsyncBaseTransport] = httpx.ASGITransport,
    coin: Currency | None = None,
    **changes: object,
) -> AsyncIterator[CryptoPayAccount]:
    """An app without history, reached *over* a transport; *changes* are settings that differ.

    With *coin*, invoices are over it, at 80 roubles a coin.
    """
    clock = clock or FakeClock()
    sim, faults = SimCryptoPay(clock), Faults(FAULTS)
    settings = SETTINGS.model_copy(update=changes)
    async with httpx.AsyncClient(transport=over(cryptopay_app(sim, faults))) as http:
        api, base = CryptoPayApi(settings, http), BaseCurrency(RUB)
        paid = PaidList(api, page_limit)
        yield CryptoPayAccount(
            clock,
            sim,
            faults,
            api,
            CryptoPayGateway(api, paid, base, clock, coin and coin_quotes(coin, clock)),
            CryptoPaySource(api, paid, base, clock, batch_limit=page_limit),
        )


def coin_quotes(coin: Currency, clock: FakeClock) -> RateQuotes:
    """Quotes in *coin* at 80 roubles."""
    rates = FixedRates("80", RUB, clock, asset=coin)
    return RateQuotes(CRYPTOPAY_METHOD, coin, STEPS[coin], COIN_WINDOW, rates, clock)

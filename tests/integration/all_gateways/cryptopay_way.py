"""Crypto Pay as a way to pay."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

from orbit_adapters.cryptopay.invoices import payload_of
from orbit_adapters.cryptopay.webhook import CryptoPayWebhook
from orbit_domain.ids import PaymentId
from orbit_domain.money import CURRENCIES, RUB, Currency, Money, rub
from orbit_domain.payment.payment import Payment
from orbit_sandbox.cryptopay.push import SIGNATURE_HEADER, signature
from orbit_sandbox.cryptopay.records import CryptoInvoice
from tests.integration.all_gateways.provider_over_http import ProviderOverHttp, switches
from tests.integration.all_gateways.way_to_pay import Arrival
from tests.integration.gateways.cryptopay_account import SETTINGS, CryptoPayAccount, open_account
from tests.support.clock import FakeClock
from tests.support.port_hooks import CallHook


class CryptoPayWay(ProviderOverHttp):
    """Pays an invoice whole or not at all; another one with the same payload is what a second process may have made."""

    switches = switches("cryptopay")
    account: CryptoPayAccount

    def rows_of(self, answer: Any) -> list[Any] | None:
        result = answer.get("result")
        rows = result.get("items") if isinstance(result, dict) else None
        return rows if rows and all(row["status"] == "paid" for row in rows) else None

    def pay(self, payment: Payment, units: int) -> None:
        sim, now = self.account.sim, self.account.clock.now()
        shown = [one for one in sim.invoices.values() if one.payload == payload_of(payment)]
        active = [one for one in shown if one.status(now) == "active"]
        if active and units == payment.quote.due.units:
            sim.pay(active[0], "TON" if active[0].id % 2 else "USDT")
        else:
            self.account.pay(payment, units)

    def pay_nameless(self, units: int, words: str) -> None:
        self.account.paid(rub(units), words)

    def pay_in_another_asset(self, payment: Payment) -> None:
        """An invoice of our payment in dollars, as nobody has asked for."""
        self.account.paid(Money(700, CURRENCIES["USD"]), payload_of(payment))

    def take_back(self, payment: Payment) -> None:
        """Crypto Pay gives nothing back."""

    def arrivals(self) -> Sequence[Arrival]:
        source = self.sources[0].name
        paid = [one for one in self.account.sim.invoices.values() if one.paid_at is not None]
        return [Arrival(source, str(one.id), _money(one), one.paid_at) for one in paid if one.paid_at]

    def sent_back(self) -> Mapping[PaymentId, int]:
        return {}

    def headers(self, body: bytes) -> Mapping[str, str]:
        return {SIGNATURE_HEADER: signature(body)}


@asynccontextmanager
async def cryptopay_way(clock: FakeClock, hook: CallHook) -> AsyncIterator[CryptoPayWay]:
    """Crypto Pay with an app without history."""
    way = CryptoPayWay(hook)
    async with open_account(clock, page_limit=100, over=way.over) as account:
        way.account, way.faults = account, account.faults
        way.gateway, way.sources = account.gateway, (account.source,)
        way.webhook, way.events = CryptoPayWebhook(SETTINGS, clock), account.sim.events
        yield way


def _money(invoice: CryptoInvoice) -> Money:
    currency: Currency = CURRENCIES.get(invoice.fiat or "", RUB)
    return Money(int(Decimal(invoice.amount).scaleb(currency.decimals)), currency)

"""The sandbox's bank as a way to pay."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from orbit_adapters.sandbox_bank.webhook import SandboxBankWebhook
from orbit_domain.ids import PaymentId
from orbit_domain.money import CURRENCIES, Money
from orbit_domain.payment.payment import Payment
from orbit_sandbox.bank.push import SIGNATURE_HEADER, signature
from tests.integration.all_gateways.provider_over_http import ProviderOverHttp, switches
from tests.integration.all_gateways.way_to_pay import Arrival
from tests.integration.gateways.bank_account import SETTINGS, BankAccount, open_account
from tests.support.clock import FakeClock
from tests.support.port_hooks import CallHook


class BankWay(ProviderOverHttp):
    """Pays by card: in part, again, late or in another currency, as the customer likes."""

    switches = switches("bank")
    newest_row = -1
    account: BankAccount

    def rows_of(self, answer: Any) -> list[Any] | None:
        return answer["receipts"] if "has_more" in answer else None

    def pay(self, payment: Payment, units: int) -> None:
        self.account.pay(payment, units)

    def pay_nameless(self, units: int, words: str) -> None:
        self.account.deposit(units, words)

    def pay_in_another_asset(self, payment: Payment) -> None:
        self.account.bank.pay(payment.external_id or "", 700, "USD")

    def take_back(self, payment: Payment) -> None:
        """The bank sends back on the shop's word alone."""

    def arrivals(self) -> Sequence[Arrival]:
        source = self.sources[0].name
        return [
            Arrival(source, one.id, Money(one.amount, CURRENCIES[one.currency]), _at(one.paid_at))
            for one in self.account.bank.receipts
        ]

    def sent_back(self) -> Mapping[PaymentId, int]:
        sent: Counter[PaymentId] = Counter()
        for refund in self.account.bank.refunds.values():
            invoice = self.account.bank.invoices[refund.invoice_id]
            sent[PaymentId(UUID(invoice.reference))] += refund.amount
        return sent

    def headers(self, body: bytes) -> Mapping[str, str]:
        return {SIGNATURE_HEADER.lower(): signature(body, self.account.bank.seconds())}


@asynccontextmanager
async def bank_way(clock: FakeClock, hook: CallHook) -> AsyncIterator[BankWay]:
    """The bank with an account without history."""
    way = BankWay(hook)
    async with open_account(clock, page_limit=100, over=way.over) as account:
        way.account, way.faults = account, account.faults
        way.gateway, way.sources = account.gateway, (account.source,)
        way.webhook, way.events = SandboxBankWebhook(SETTINGS, clock), account.bank.events
        yield way


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)

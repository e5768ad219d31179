"""YooKassa as a way to pay."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from orbit_adapters.yookassa.rows import PAYMENT_ID
from orbit_adapters.yookassa.webhook import YooKassaWebhook
from orbit_domain.ids import PaymentId
from orbit_domain.money import CURRENCIES, Money
from orbit_domain.payment.payment import Payment
from tests.integration.all_gateways.provider_over_http import ProviderOverHttp, switches
from tests.integration.all_gateways.way_to_pay import Arrival
from tests.integration.gateways.yookassa_account import SETTINGS, YooKassaAccount, open_account
from tests.support.clock import FakeClock
from tests.support.port_hooks import CallHook

BY_HAND = "by hand"
"""The description of a refund that somebody makes in YooKassa's cabinet."""


class YooKassaWay(ProviderOverHttp):
    """Pays once by the first attempt, and again by further ones. Its notifications aren't signed."""

    switches = switches("yookassa")
    account: YooKassaAccount

    def rows_of(self, answer: Any) -> list[Any] | None:
        return answer["items"] if answer.get("type") == "list" else None

    def pay(self, payment: Payment, units: int) -> None:
        self.account.pay(payment, units)

    def pay_nameless(self, units: int, words: str) -> None:
        self.account.sim.receive(units, words)

    def pay_in_another_asset(self, payment: Payment) -> None:
        self.account.sim.pay_again(payment.external_id or "", units=700, currency="USD")

    def take_back(self, payment: Payment) -> None:
        sim = self.account.sim
        paid = sim.payments.get(payment.external_id or "")
        if paid is not None and paid.status == "succeeded" and not paid.returned_units:
            value = {"value": f"{paid.units // 100}.{paid.units % 100:02}", "currency": "RUB"}
            sim.create_refund(f"{BY_HAND} {paid.id}", {"payment_id": paid.id, "amount": value, "description": BY_HAND})

    def arrivals(self) -> Sequence[Arrival]:
        source = self.sources[0].name
        return [
            Arrival(source, one.id, Money(one.units, CURRENCIES[one.currency]), one.captured_at)
            for one in self.account.sim.payments.values()
            if one.status == "succeeded" and one.captured_at is not None
        ]

    def held(self) -> int | None:
        paid = [one for one in self.account.sim.payments.values() if one.status == "succeeded"]
        return sum(one.units - one.returned_units for one in paid if one.currency == "RUB")

    def sent_back(self) -> Mapping[PaymentId, int]:
        sim, sent = self.account.sim, Counter[PaymentId]()
        for refund in sim.refunds.values():
            if refund.description != BY_HAND:
                sent[PaymentId(UUID(sim.payments[refund.payment_id].metadata[PAYMENT_ID]))] += refund.units
        return sent


@asynccontextmanager
async def yookassa_way(clock: FakeClock, hook: CallHook) -> AsyncIterator[YooKassaWay]:
    """YooKassa with an account without history."""
    way = YooKassaWay(hook)
    async with open_account(clock, batch_rows=100, over=way.over) as account:
        way.account, way.faults = account, account.faults
        way.gateway, way.sources = account.gateway, (account.source, account.refund_source)
        way.webhook, way.events = YooKassaWebhook(SETTINGS), account.sim.events
        yield way

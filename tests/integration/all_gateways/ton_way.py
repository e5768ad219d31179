"""Coins of TON as a way to pay: the real scanner over a simulated chain and its index."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx

from orbit_adapters.ton.factory import ton_source
from orbit_adapters.ton.gateway import TonGateway
from orbit_domain.ids import PaymentId
from orbit_domain.money import TON, Money
from orbit_domain.payment.payment import Payment
from orbit_domain.payment.ports import Rates
from orbit_sandbox.chain.ledger import SimChain
from orbit_sandbox.chain.toncenter import FAULTS, toncenter_app
from orbit_sandbox.faults import Faults
from tests.integration.all_gateways.provider_over_http import ProviderOverHttp, switches
from tests.integration.all_gateways.way_to_pay import Arrival
from tests.support.clock import FakeClock
from tests.support.port_hooks import CallHook
from tests.support.shop import TON_SETTINGS

SETTINGS = TON_SETTINGS.model_copy(update={"api_url": "https://index.example/api/v3", "api_attempts": 1})


class TonWay(ProviderOverHttp):
    """Anybody may send anything with any comment; nothing can be sent back."""

    switches = switches(
        "chain", HIDDEN_TAIL="hide_newest", DUPLICATE="duplicate_page", LOST_ANSWER="cut_json", AHEAD="lag"
    )
    sim: SimChain

    def rows_of(self, answer: Any) -> list[Any] | None:
        return None

    def pay(self, payment: Payment, units: int) -> None:
        self._send(units, payment.comment)

    def pay_nameless(self, units: int, words: str) -> None:
        # What comes back to its sender is no money of ours, whatever its comment says.
        self._send(200 * units, words, bounce=units % 3 == 0, fails=units % 3 == 0)

    def pay_in_another_asset(self, payment: Payment) -> None:
        """Coins that come with an extra currency wait for a person."""
        self._send(70_000_001, payment.comment, extra={"100": "1000"})

    def take_back(self, payment: Payment) -> None:
        """What was sent stays."""

    def arrivals(self) -> Sequence[Arrival]:
        source = self.sources[0].name
        return [
            Arrival(source, str(tx.lt), Money(tx.in_msg.value, TON), datetime.fromtimestamp(tx.now, UTC))
            for tx in self.sim.account(SETTINGS.address).transactions
            if tx.in_msg is not None and tx.in_msg.source is not None and tx.bounce != "ok"
        ]

    def held(self) -> int | None:
        return self.sim.account(SETTINGS.address).balance

    def sent_back(self) -> Mapping[PaymentId, int]:
        return {}

    def _send(self, units: int, comment: str, **how: Any) -> None:
        payer = self.sim.wallet("payer", 10**18)
        self.sim.pay(payer, SETTINGS.address, units, comment, **how)


@asynccontextmanager
async def ton_way(clock: FakeClock, hook: CallHook, rates: Rates) -> AsyncIterator[TonWay]:
    """A wallet without history."""
    way = TonWay(hook)
    way.sim, way.faults = SimChain(clock, seed=7), Faults(FAULTS)
    way.sim.account(SETTINGS.address).status = "active"
    async with httpx.AsyncClient(transport=way.over(toncenter_app(way.sim, way.faults))) as http:
        way.gateway = TonGateway(SETTINGS, rates, clock)
        way.sources = (ton_source(SETTINGS, http, clock),)
        yield way

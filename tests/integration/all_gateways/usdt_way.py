"""USDT on TON as a way to pay: the real reader of the token wallet over simulated contracts and their index."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx

from orbit_adapters.ton.factory import usdt_source, usdt_wallet
from orbit_adapters.ton.jetton_gateway import JettonGateway
from orbit_domain.ids import PaymentId
from orbit_domain.money import USDT, Money
from orbit_domain.payment.payment import Payment
from orbit_domain.payment.ports import Rates
from orbit_sandbox.chain.jettons import SimJetton
from orbit_sandbox.chain.ledger import SimChain
from orbit_sandbox.chain.records import SimTransaction
from orbit_sandbox.chain.toncenter import FAULTS, toncenter_app
from orbit_sandbox.faults import Faults
from tests.integration.all_gateways.provider_over_http import ProviderOverHttp, switches
from tests.integration.all_gateways.way_to_pay import Arrival
from tests.support.clock import FakeClock
from tests.support.port_hooks import CallHook
from tests.support.shop import TON_SETTINGS

RICH = 10**15


class UsdtWay(ProviderOverHttp):
    """Anybody may send real tokens with any comment, and false ones; the owner sends some by hand."""

    switches = switches(
        "chain", HIDDEN_TAIL="hide_newest", DUPLICATE="duplicate_page", LOST_ANSWER="cut_json", AHEAD="lag"
    )
    sim: SimChain
    usdt: SimJetton
    payer: str

    def rows_of(self, answer: Any) -> list[Any] | None:
        return None

    def open_wallets(self) -> None:
        """The issuer's contract, and a payer with plenty of tokens."""
        self.usdt, self.payer = SimJetton(self.sim), self.sim.wallet("payer", 10**18)
        self.usdt.give(self.payer, RICH)
        self._paid: list[tuple[SimTransaction, int]] = []

    def pay(self, payment: Payment, units: int) -> None:
        self._send(units, payment.comment)

    def pay_nameless(self, units: int, words: str) -> None:
        self._send(200_000 * units, words)
        # The owner moves some of it out by hand, and some transfers come back.
        self.usdt.pay(TON_SETTINGS.address, self.payer, 100_000 * units, words, fails=units % 2 == 0)

    def pay_in_another_asset(self, payment: Payment) -> None:
        """A token of the same name is worth nothing, whatever its comment says."""
        false = SimJetton(self.sim, "another usdt")
        false.give(self.payer, RICH)
        false.pay(self.payer, TON_SETTINGS.address, payment.quote.due.units, payment.comment)

    def take_back(self, payment: Payment) -> None:
        """What was sent stays."""

    def arrivals(self) -> Sequence[Arrival]:
        source = self.sources[0].name
        return [
            Arrival(source, str(tx.lt), Money(units, USDT), datetime.fromtimestamp(tx.now, UTC))
            for tx, units in self._paid
        ]

    def held(self) -> int | None:
        return self.usdt.balance_of(TON_SETTINGS.address)

    def sent_back(self) -> Mapping[PaymentId, int]:
        return {}

    def _send(self, units: int, comment: str) -> None:
        self._paid.append((self.usdt.pay(self.payer, TON_SETTINGS.address, units, comment), units))


@asynccontextmanager
async def usdt_way(clock: FakeClock, hook: CallHook, rates: Rates) -> AsyncIterator[UsdtWay]:
    """A shop whose token wallet doesn't exist yet."""
    way = UsdtWay(hook)
    way.sim, way.faults = SimChain(clock, seed=8), Faults(FAULTS)
    owner = way.sim.account(TON_SETTINGS.address)
    owner.status, owner.balance = "active", 10**15
    way.open_wallets()
    settings = TON_SETTINGS.model_copy(
        update={
            "api_url": "https://index.example/api/v3",
            "api_attempts": 1,
            "usdt": True,
            "usdt_master": way.usdt.master,
        }
    )
    async with httpx.AsyncClient(transport=way.over(toncenter_app(way.sim, way.faults))) as http:
        wallet = usdt_wallet(settings, http, clock)
        way.gateway = JettonGateway(settings, wallet, rates, clock)
        way.sources = (usdt_source(settings, wallet, http),)
        yield way

"""The TON adapter fulfils the chain contract, over the simulated index."""

import pytest

from orbit_adapters.ton.position import ChainPosition
from orbit_adapters.ton.scanner import TonSource
from orbit_domain.payment.source import ResettableSource
from orbit_sandbox.chain.sample_transactions import bounced_refund
from orbit_testing.contracts.account_source import AccountSourceContract
from orbit_testing.contracts.chain_source import ChainSourceContract
from tests.integration.ton.conftest import COIN
from tests.support.clock import FakeClock


class TonSourceHarness:
    """Controls the simulated chain and its index."""

    def __init__(self, shop) -> None:
        self.shop = shop
        self.clock = FakeClock(shop.clock.at)
        self.source: ResettableSource = shop.chain(page_limit=4, clock=self.clock)

    def deposit(self, units: int, comment: str) -> None:
        self.shop.pay(units, comment)

    def drop_row(self) -> None:
        self.shop.faults.turn_on("chain.hole")

    def hide_newest(self) -> None:
        self.shop.faults.turn_on("chain.hide_newest")

    def stop_answering(self) -> None:
        self.shop.faults.turn_on("chain.timeout")

    def run_ahead(self) -> None:
        self.clock.advance(seconds=-61)

    def forge(self, position: str) -> str:
        return str(ChainPosition(ChainPosition.parse(position).lt, "f" * 64))

    def beyond(self, position: str) -> str:
        at = ChainPosition.parse(position)
        return str(ChainPosition(at.lt - 1, at.tx_hash))

    def heal(self) -> None:
        self.clock.at = self.shop.clock.at
        self.shop.faults.clear()


class TonOwner(TonSourceHarness):
    """The same, and the owner of the account."""

    source: TonSource  # type: ignore[assignment]

    def __init__(self, shop) -> None:
        super().__init__(shop)
        self.before = shop.sim.wallet("older wallet", 10 * COIN)
        self.another = f"ton:testnet:{self.before}"

    def send(self, units: int, comment: str) -> str:
        self.shop.sim.pay(self.shop.wallet, self.shop.payer, units, comment)
        return self.shop.payer

    def send_in_vain(self, units: int, comment: str) -> str:
        bounced_refund(self.shop.sim, self.shop.wallet, units, comment)
        return self.shop.sim.wallet("nowhere")

    def receive_from_another(self, units: int) -> None:
        self.shop.sim.pay(self.before, self.shop.wallet, units)


class TestTonSourceAsAccount(AccountSourceContract):
    @pytest.fixture
    def harness(self, shop) -> TonOwner:
        return TonOwner(shop)


class TestTonSource(ChainSourceContract):
    @pytest.fixture
    def harness(self, shop) -> TonSourceHarness:
        return TonSourceHarness(shop)

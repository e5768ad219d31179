"""The TON adapter fulfils the chain contract, over the simulated index."""

import pytest

from orbit_domain.payment.ports import Chain
from orbit_testing.contracts.chain import ChainContract
from tests.support.clock import FakeClock


class TonChainHarness:
    """Controls the simulated chain and its index."""

    def __init__(self, shop) -> None:
        self.shop = shop
        self.clock = FakeClock(shop.clock.at)
        self.chain: Chain = shop.chain(page_limit=4, clock=self.clock)

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

    def heal(self) -> None:
        self.clock.at = self.shop.clock.at
        self.shop.faults.clear()


class TestTonChain(ChainContract):
    @pytest.fixture
    def harness(self, shop) -> TonChainHarness:
        return TonChainHarness(shop)

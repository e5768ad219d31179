"""The adapter over the simulated tonapi fulfils the chain contract: it can read in the first index's place."""

import httpx
import pytest

from orbit_adapters.ton.address import Network, TonAddress
from orbit_adapters.ton.scanner import TonSource
from orbit_adapters.ton.tonapi import TonapiApi
from orbit_domain.payment.source import ResettableSource
from orbit_sandbox.chain.tonapi import FAULTS, tonapi_app
from orbit_sandbox.faults import Faults
from orbit_testing.contracts.chain_source import ChainSourceContract
from tests.integration.ton.test_ton_chain_contract import TonSourceHarness

URL = "http://second.example"


class TonapiHarness(TonSourceHarness):
    """Controls the simulated chain and its second index."""

    def __init__(self, shop) -> None:
        super().__init__(shop)
        self.faults = Faults(FAULTS)
        http = httpx.AsyncClient(transport=httpx.ASGITransport(tonapi_app(shop.sim, self.faults)))
        api = TonapiApi(http, URL, Network.TESTNET, attempts=1)
        account = TonAddress.parse(shop.wallet, Network.TESTNET)
        self.source: ResettableSource = TonSource(api, account, self.clock, page_limit=4)

    def deposit(self, units: int, comment: str) -> None:
        """Its rows are final once the head is some seconds later."""
        self.shop.pay(units, comment)
        self.shop.clock.advance(seconds=6)
        self.clock.at = self.shop.clock.at

    def run_ahead(self) -> None:
        self.clock.advance(seconds=-67)

    def drop_row(self) -> None:
        self.faults.turn_on("tonapi.hole")

    def hide_newest(self) -> None:
        self.faults.turn_on("tonapi.hide_newest")

    def stop_answering(self) -> None:
        self.faults.turn_on("tonapi.timeout")

    def heal(self) -> None:
        super().heal()
        self.faults.clear()


class TestTonapi(ChainSourceContract):
    @pytest.fixture
    def harness(self, shop) -> TonapiHarness:
        return TonapiHarness(shop)

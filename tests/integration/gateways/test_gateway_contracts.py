"""Every gateway fulfils the contract, each over its simulated provider."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
import stamina

from orbit_adapters.rates.fixed import FixedRates
from orbit_adapters.stars.monthly_gateway import StarsMonthlyGateway
from orbit_adapters.ton.address import Network
from orbit_adapters.ton.factory import ton_source
from orbit_adapters.ton.gateway import TonGateway
from orbit_adapters.ton.settings import TonSettings
from orbit_domain.money import RUB
from orbit_domain.payment.payment import Payment
from orbit_sandbox.chain.ledger import SimChain
from orbit_sandbox.chain.toncenter import FAULTS, toncenter_app
from orbit_sandbox.faults import Faults
from orbit_testing.contracts.payment_gateway import PaymentGatewayContract
from orbit_testing.contracts.receipt_source import ReceiptSourceContract
from tests.integration.gateways.bank_account import BankAccount
from tests.integration.gateways.stars_account import StarsAccount
from tests.support.clock import FakeClock


class TestBankGateway(PaymentGatewayContract):
    @pytest.fixture
    def harness(self, account: BankAccount) -> BankAccount:
        return account


class TestBankSource(ReceiptSourceContract):
    @pytest.fixture
    def harness(self, account: BankAccount) -> BankAccount:
        return account


class TestStarsGateway(PaymentGatewayContract):
    @pytest.fixture
    def harness(self) -> StarsAccount:
        return StarsAccount()


class TestStarsMonthlyGateway(PaymentGatewayContract):
    @pytest.fixture
    def harness(self) -> StarsAccount:
        return StarsAccount(kind=StarsMonthlyGateway)


class TestStarsSource(ReceiptSourceContract):
    @pytest.fixture
    def harness(self) -> StarsAccount:
        return StarsAccount()


class TonAccount:
    """A wallet on the simulated chain. No provider knows of a request: only `read` calls another machine."""

    asks_provider = asks_about_payments = refunds_parts = False
    repeats_address = True

    def __init__(self, http: httpx.AsyncClient, clock: FakeClock, sim: SimChain, faults: Faults) -> None:
        self.clock = clock
        self.sim = sim
        self.faults = faults
        self.payer = sim.wallet("payer", 10**18)
        settings = TonSettings(
            address=sim.wallet("shop"), network=Network.TESTNET, api_url="https://index.example/api/v3", api_attempts=1
        )
        self.source = ton_source(settings, http, clock)
        self.gateway = TonGateway(settings, FixedRates("251.305", RUB, clock), clock)

    def requests(self) -> int:
        return 0

    def refunded(self) -> int:
        return 0

    def pay(self, payment: Payment, units: int) -> None:
        self.sim.pay(self.payer, payment.address, units, payment.comment)

    def wait(self, by: timedelta) -> None:
        self.clock.at += by

    def stop_answering(self) -> None:
        self.faults.turn_on("chain.timeout")

    def lose_answers(self) -> None:
        self.faults.turn_on("chain.timeout")

    def heal(self) -> None:
        self.faults.clear()


class TestTonGateway(PaymentGatewayContract):
    @pytest.fixture
    async def harness(self) -> AsyncIterator[TonAccount]:
        clock = FakeClock()
        sim, faults = SimChain(clock, seed=7), Faults(FAULTS)
        with stamina.set_testing(True, attempts=1):
            async with httpx.AsyncClient(transport=httpx.ASGITransport(toncenter_app(sim, faults))) as http:
                yield TonAccount(http, clock, sim, faults)

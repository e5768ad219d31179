"""USDT fulfils the contracts of chains and of gateways, over the simulated token contracts and index."""

from datetime import timedelta

import pytest

from orbit_adapters.rates.fixed import FixedRates
from orbit_adapters.ton.jetton_source import JettonSource
from orbit_adapters.ton.position import ChainPosition
from orbit_domain.money import RUB, USDT
from orbit_domain.payment.payment import Payment
from orbit_domain.payment.source import ResettableSource
from orbit_testing.contracts.account_source import AccountSourceContract
from orbit_testing.contracts.chain_source import ChainSourceContract
from orbit_testing.contracts.payment_gateway import PaymentGatewayContract
from tests.integration.ton.conftest import COIN
from tests.integration.ton.token_shop import TokenShop
from tests.support.clock import FakeClock


class UsdtSourceHarness:
    """Controls the simulated token wallet and its index."""

    def __init__(self, tokens: TokenShop) -> None:
        self.tokens = tokens
        self.clock = FakeClock(tokens.shop.clock.at)
        wallet = tokens.jetton_wallet(self.clock)
        self.source: ResettableSource = tokens.source(wallet, page_limit=4)

    def deposit(self, units: int, comment: str) -> None:
        self.tokens.pay(units, comment)

    def drop_row(self) -> None:
        self.tokens.shop.faults.turn_on("chain.hole")

    def hide_newest(self) -> None:
        self.tokens.shop.faults.turn_on("chain.hide_newest")

    def stop_answering(self) -> None:
        self.tokens.shop.faults.turn_on("chain.timeout")

    def run_ahead(self) -> None:
        self.clock.advance(seconds=-61)

    def forge(self, position: str) -> str:
        return str(ChainPosition(ChainPosition.parse(position).lt, "f" * 64))

    def beyond(self, position: str) -> str:
        at = ChainPosition.parse(position)
        return str(ChainPosition(at.lt - 1, at.tx_hash))

    def heal(self) -> None:
        self.clock.at = self.tokens.shop.clock.at
        self.tokens.shop.faults.clear()


class TestUsdtSource(ChainSourceContract):
    @pytest.fixture
    def harness(self, shop) -> UsdtSourceHarness:
        return UsdtSourceHarness(TokenShop.on(shop))


class UsdtOwner(UsdtSourceHarness):
    """The same, and the owner of the tokens, who has coins for the fees."""

    source: JettonSource  # type: ignore[assignment]

    def __init__(self, tokens: TokenShop) -> None:
        super().__init__(tokens)
        self.usdt, sim = tokens.usdt, tokens.shop.sim
        self.ours = tokens.shop.wallet
        sim.account(self.ours).balance = 10 * COIN
        self.before = sim.wallet("older wallet", COIN)
        self.another = f"ton_usdt:testnet:{self.before}"

    def send(self, units: int, comment: str) -> str:
        self.usdt.pay(self.ours, self.tokens.shop.payer, units, comment, in_ref=True)
        return self.tokens.shop.payer

    def send_in_vain(self, units: int, comment: str) -> str:
        nobody = self.tokens.shop.sim.wallet("nobody", deployed=False)
        self.usdt.pay(self.ours, nobody, units, comment, fails=True)
        return nobody

    def receive_from_another(self, units: int) -> None:
        self.usdt.give(self.before, units)
        self.usdt.pay(self.before, self.ours, units)


class TestUsdtSourceAsAccount(AccountSourceContract):
    @pytest.fixture
    def harness(self, shop) -> UsdtOwner:
        return UsdtOwner(TokenShop.on(shop))


class UsdtAccount:
    """USDT at the shop's wallet. No provider knows of a request: only `quote` and `read` call another machine."""

    asks_provider = asks_about_payments = refunds_parts = False
    repeats_address = True

    def __init__(self, tokens: TokenShop) -> None:
        self.tokens = tokens
        self.clock = tokens.shop.clock
        wallet = tokens.jetton_wallet()
        self.source = tokens.source(wallet)
        self.gateway = tokens.gateway(FixedRates("92.505", RUB, self.clock, asset=USDT), wallet)

    def requests(self) -> int:
        return 0

    def refunded(self) -> int:
        return 0

    def pay(self, payment: Payment, units: int) -> None:
        self.tokens.usdt.pay(self.tokens.shop.payer, payment.address, units, payment.comment)

    def wait(self, by: timedelta) -> None:
        self.clock.at += by

    def stop_answering(self) -> None:
        self.tokens.shop.faults.turn_on("chain.timeout")

    def lose_answers(self) -> None:
        self.stop_answering()

    def heal(self) -> None:
        self.tokens.shop.faults.clear()


class TestUsdtGateway(PaymentGatewayContract):
    @pytest.fixture
    def harness(self, shop) -> UsdtAccount:
        return UsdtAccount(TokenShop.on(shop))

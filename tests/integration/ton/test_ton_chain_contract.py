"""The TON adapter keeps the promises of every chain, over the stand-in index."""

import pytest

from orbit_domain.payment.ports import Chain
from orbit_testing.contracts.chain import ChainContract


class TonWorld:
    """A hand on the simulated chain and its index."""

    def __init__(self, shop) -> None:
        self.shop = shop
        self.chain: Chain = shop.chain(page_limit=4)

    def deposit(self, units: int, comment: str) -> None:
        self.shop.pay(units, comment)

    def lose_a_row(self) -> None:
        self.shop.faults.turn_on("chain.hole")

    def hide_newest(self) -> None:
        self.shop.faults.turn_on("chain.hide_newest")

    def fall_silent(self) -> None:
        self.shop.faults.turn_on("chain.timeout")

    def heal(self) -> None:
        self.shop.faults.heal()


class TestTonChain(ChainContract):
    @pytest.fixture
    def world(self, shop) -> TonWorld:
        return TonWorld(shop)

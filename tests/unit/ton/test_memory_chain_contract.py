"""The chain in memory keeps the promises of every chain."""

import pytest

from orbit_adapters.memory.chain import MemoryChain
from orbit_domain.clock import Clock
from orbit_testing.contracts.chain import ChainContract


class MemoryWorld:
    """A hand on the chain in memory."""

    def __init__(self, clock: Clock) -> None:
        self.chain = MemoryChain(clock, page_limit=4)

    def deposit(self, units: int, comment: str) -> None:
        self.chain.deposit(units, comment)

    def lose_a_row(self) -> None:
        self.chain.lost = {self.chain.transfers[2].lt}

    def hide_newest(self) -> None:
        self.chain.lags = True

    def fall_silent(self) -> None:
        self.chain.silent = True

    def heal(self) -> None:
        self.chain.lost, self.chain.lags, self.chain.silent = set(), False, False


class TestMemoryChain(ChainContract):
    @pytest.fixture
    def world(self, clock: Clock) -> MemoryWorld:
        return MemoryWorld(clock)

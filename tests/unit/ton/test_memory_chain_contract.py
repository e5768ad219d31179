"""The chain in memory fulfils the chain contract."""

import pytest

from orbit_adapters.memory.chain import MemoryChain
from orbit_domain.clock import Clock
from orbit_testing.contracts.chain_source import ChainSourceContract


class MemoryChainHarness:
    """Controls the chain in memory."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.source = self.chain = MemoryChain(clock, page_limit=4)

    def deposit(self, units: int, comment: str) -> None:
        self.chain.deposit(units, comment)

    def drop_row(self) -> None:
        self.chain.lost = {self.chain.records[2].external_id}

    def hide_newest(self) -> None:
        self.chain.lags = True

    def stop_answering(self) -> None:
        self.chain.silent = True

    def run_ahead(self) -> None:
        self.chain.is_ahead = True

    def forge(self, position: str) -> str:
        return f"{position.partition(':')[0]}:{'ab' * 32}"

    def beyond(self, position: str) -> str:
        number, _, digest = position.partition(":")
        return f"{int(number) - 1}:{digest}"

    def heal(self) -> None:
        self.chain.is_ahead = False
        self.chain.lost, self.chain.lags, self.chain.silent = set(), False, False


class TestMemoryChain(ChainSourceContract):
    @pytest.fixture
    def harness(self, clock: Clock) -> MemoryChainHarness:
        return MemoryChainHarness(clock)

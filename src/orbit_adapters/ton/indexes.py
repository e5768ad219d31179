"""The two indexes of one account: who reads its history now, and what both say of one transaction."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from orbit_adapters.ton.address import Network, TonAddress
from orbit_adapters.ton.answers import Masterchain, Tail, Transaction
from orbit_domain.clock import Clock
from orbit_domain.payment.source import Batch, ReaderChange, SourceUnavailable

PATIENCE = timedelta(minutes=5)
"""So long the first index may be down before the second one reads in its place."""
ASK_AGAIN_AFTER = timedelta(minutes=1)
"""An index that is down keeps whoever asks it waiting."""


class Index(Protocol):
    """A service that shows the history of accounts. Every call may raise SourceUnavailable."""

    network: Network

    @property
    def name(self) -> str:
        """Its host, for people."""

    async def masterchain(self) -> Masterchain:
        """The newest block that it has read."""

    async def tail(self, account: TonAddress) -> Tail:
        """The account's newest transaction by its state."""

    async def transactions(self, account: TonAddress, start_lt: int, limit: int) -> tuple[Transaction, ...]:
        """Rows from *start_lt* on (inclusive), oldest first, at most *limit* (1 to 1000)."""

    async def newest(self, account: TonAddress) -> Transaction | None:
        """The newest row; None for an account without any."""

    async def before(self, account: TonAddress, lt: int, limit: int) -> tuple[Transaction, ...]:
        """Rows before *lt*, newest first, at most *limit* (1 to 1000)."""


class IndexBehind(Exception):
    """An index that has read no block for longer than `PATIENCE`, and shows nothing new: all it gives is *batch*."""

    def __init__(self, batch: Batch) -> None:
        super().__init__("the index is behind")
        self.batch = batch


class Indexes:
    """Reads by *first*; by *second*, if there is one, while *first* is down or behind for longer than `PATIENCE`."""

    def __init__(self, first: Index, second: Index | None, clock: Clock) -> None:
        self.first = first
        self.second = second
        self._clock = clock
        self._down_at: datetime | None = None
        self._asked_at: datetime | None = None
        self._reads_by_second = False

    async def read(self, reading: Callable[[Index], Awaitable[Batch]]) -> Batch:
        """One batch, with the news of who reads. *reading* may raise IndexBehind.

        Raises SourceUnavailable while nobody can.
        """
        if self.second is None:
            return await _as_far_as_it_goes(reading, self.first)
        if self._is_first_due():
            try:
                batch = await reading(self.first)
                if batch.alarm is None or not self._reads_by_second:
                    return self._by_first(batch)
                self._found_down()  # It isn't back before it shows what the second one has shown meanwhile.
            except IndexBehind as behind:
                return await self._fresher(reading, self.second, behind.batch)
            except SourceUnavailable:
                if self._clock.now() - self._found_down() < PATIENCE:
                    raise
        return self._by_second(await _as_far_as_it_goes(reading, self.second))

    def _is_first_due(self) -> bool:
        if not self._reads_by_second or self._asked_at is None:
            return True
        return self._clock.now() - self._asked_at >= ASK_AGAIN_AFTER

    def _found_down(self) -> datetime:
        self._asked_at = self._clock.now()
        self._down_at = self._down_at or self._asked_at
        return self._down_at

    def _by_first(self, batch: Batch) -> Batch:
        down_at, was_replaced = self._down_at, self._reads_by_second
        self._down_at, self._reads_by_second = None, False
        if down_at is None or not was_replaced:
            return batch
        return replace(batch, reader_change=ReaderChange(self.first.name, down_at, is_back=True))

    async def _fresher(self, reading: Callable[[Index], Awaitable[Batch]], second: Index, batch: Batch) -> Batch:
        """What the second one shows, unless it is behind too: then the chain itself stands still."""
        try:
            fresher = await reading(second)
        except (IndexBehind, SourceUnavailable):
            return batch
        self._found_down()
        return self._by_second(fresher)

    def _by_second(self, batch: Batch) -> Batch:
        self._reads_by_second = True
        down_at = self._down_at or self._clock.now()
        return replace(batch, reader_change=ReaderChange(self.first.name, down_at, is_back=False))


async def _as_far_as_it_goes(reading: Callable[[Index], Awaitable[Batch]], index: Index) -> Batch:
    try:
        return await reading(index)
    except IndexBehind as behind:
        return behind.batch

"""The scan: transfers arrive, an index that lies shows them, and the shop's own job reads and records them."""

import asyncio
import gc
import random
import time
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import replace

import httpx

from orbit_adapters.memory.chain import MemorySources
from orbit_adapters.ton.address import Network
from orbit_adapters.ton.api import ToncenterApi
from orbit_adapters.ton.position import ChainPosition
from orbit_adapters.ton.scanner import TonSource
from orbit_domain.ids import TelegramId
from orbit_domain.payment.source import Cursor, SourceUnavailable
from orbit_domain.storage import Storage
from orbit_sandbox.chain.ledger import SimChain
from tests.integration.ton.scan_marathon.history import History
from tests.integration.ton.scan_marathon.lies import LIES, REFUSED, UNHARMED, Lie
from tests.integration.ton.scan_marathon.spoiled_index import SpoiledIndex
from tests.integration.ton.scan_marathon.tally import Tally
from tests.support.buyer import Buyer
from tests.support.shop import TON_SETTINGS, Shop
from tests.support.world import World

SEED = 2026
LIE_SHARE = 0.4
RACE_SHARE = 0.03
TRANSFERS_PER_REQUEST = 400
SETTLED_EVERY = 20
_FIRST_CUSTOMER = 10_000


class ScanFailed(AssertionError):
    """Something was missed, doubled or not noticed. The message says what, and in which reading."""


class Marathon:
    """A shop on *storage* that reads its wallet *page_limit* rows at a time. The same *seed* gives the same scan.

    *lie_share* of the readings are told a lie; zero: the index is honest, and read by one at a time.
    """

    def __init__(
        self,
        storage: Storage,
        *,
        seed: int = SEED,
        page_limit: int,
        lie_share: float = LIE_SHARE,
        progressed: Callable[[Tally], None] | None = None,
    ) -> None:
        self.tally = Tally()
        self.promised: dict[TelegramId, int] = {}
        """Kopecks that each customer has paid for."""
        self._rng = random.Random(seed)
        self._world = World(storage=storage)
        chain = SimChain(self._world.clock, seed)
        wallet = TON_SETTINGS.account.raw
        chain.account(wallet).status = "active"
        self.history = History(chain, wallet, self._rng)
        self._index = SpoiledIndex(chain, wallet, self._rng)
        self._http = httpx.AsyncClient(transport=httpx.MockTransport(self._index.answer))
        api = ToncenterApi(self._http, "http://index.example/api/v3", Network.TESTNET, attempts=1)
        self.source = TonSource(api, TON_SETTINGS.account, self._world.clock, page_limit=page_limit)
        self.shop = Shop(replace(self._world.ports(), sources=MemorySources(self.source)))
        self._storage = storage
        self._page_limit = page_limit
        self._lie_share = lie_share
        self._progressed = progressed or (lambda tally: None)
        self._read = 0
        """How many transactions of the history are behind the cursor."""
        self._lies: list[Lie] = []

    async def run(self, transfers: int) -> Tally:
        """Let at least so many *transfers* arrive, read all of them, and settle. Raises ScanFailed."""
        self._index.begin(0, None)
        await self.shop.open()
        turn = 0
        while self._read < transfers or self._read < len(self.history.truth) or self.history.is_awaited:
            turn += 1
            await self._arrive(transfers)
            self._world.clock.advance(seconds=self._rng.randint(1, 10))
            await self._read_once()
            if turn % SETTLED_EVERY == 0:
                self.tally.settled += await self.shop.settle_receipts()
                self.history.forget_before(self.history.truth.lt[max(self._read - 1, 0)])
            self._progressed(self.tally)
        self.tally.settled += await self.shop.settle_receipts()
        await self._http.aclose()
        return self.tally

    @property
    def answering_cpu_s(self) -> float:
        """The processor's seconds that the simulated index took to answer; they are in no figure of the tally."""
        return self._index.spent_cpu_s

    async def _arrive(self, transfers: int) -> None:
        """The next transfers: usually less than a page, now and then more than one."""
        left = transfers - len(self.history.truth)
        limit = int(self._page_limit * (3 if self._rng.random() < 0.05 else 0.9))
        is_behind = len(self.history.truth) - self._read >= limit
        count = 0 if is_behind else min(self._rng.randint(1, limit), left)
        if left > 0:
            while self.tally.requests * TRANSFERS_PER_REQUEST < len(self.history.truth) + count:
                await self._request()
            self.history.grow(count)
        else:
            self.history.finish()
        self.tally.transfers = len(self.history.truth)

    async def _request(self) -> None:
        """A customer requests a payment, and will send it in parts."""
        customer = Buyer(self.shop, self._world, TelegramId(_FIRST_CUSTOMER + self.tally.requests))
        await customer.start("en")
        view = await customer.top_up(100 * self._rng.randint(200, 900))
        self.promised[customer.tg_id] = view.payment.amount.units
        self.history.expect(view.payment.quote.due.units, view.payment.comment)
        self.tally.requests += 1

    async def _read_once(self) -> None:
        lie = self._next_lie() if self._rng.random() < self._lie_share else None
        stands_at = self.history.truth.lt[self._read - 1] if self._read else 0
        self._index.begin(stands_at, lie)
        readers = 2 if self._lie_share and lie is None and self._rng.random() < RACE_SHARE else 1
        spent_s, before = self.tally.spent_s, self._read
        recorded, verdict = await self._measured(readers)
        self.tally.readings += 1
        self.tally.races += readers > 1
        told = self._lies.pop() if self._index.told else None
        if told is None:
            self.tally.honest_s += self.tally.spent_s - spent_s
            self.tally.honest_recorded += recorded
        await self._check_cursor(recorded, f"reading {self.tally.readings} ({told.name if told else 'honest'})")
        self._check_verdict(told, verdict, before)

    def _next_lie(self) -> Lie:
        """Every kind is told equally often. One that couldn't be told comes again."""
        if not self._lies:
            self._lies = self._rng.sample(LIES, len(LIES))
        return self._lies[-1]

    async def _measured(self, readers: int) -> tuple[int, str]:
        """How many records one reading of each of *readers* brought, and the verdict."""
        gc.freeze()  # The collector would look through the whole simulation, which isn't the shop's.
        index, began, began_cpu = self._index, time.perf_counter(), time.process_time()
        index_s, index_cpu_s = index.spent_s, index.spent_cpu_s
        try:
            # One alone is awaited as the worker awaits it.
            if readers == 1:
                reports = [await self.shop.read_receipts()]
            else:
                reports = await asyncio.gather(*(self.shop.read_receipts() for _ in range(readers)))
        except SourceUnavailable:
            return 0, REFUSED
        finally:
            self.tally.spent_s += time.perf_counter() - began - (index.spent_s - index_s)
            self.tally.spent_cpu_s += time.process_time() - began_cpu - (index.spent_cpu_s - index_cpu_s)
            gc.unfreeze()
        verdict = next((report.alarm.value for report in reports if report.alarm), UNHARMED)
        return sum(report.recorded for report in reports), verdict

    async def _check_cursor(self, recorded: int, reading: str) -> None:
        """Everything up to the cursor was recorded once, and nothing that is covered is still to come."""
        truth, cursor = self.history.truth, await self._cursor()
        position = ChainPosition.parse(cursor.position)
        read = bisect_left(truth.lt, position.lt) + 1 if position.lt else 0
        shown = (truth.lt[read - 1], truth.hash(read - 1)) if 0 < read <= len(truth) else None
        if read and shown != (position.lt, position.tx_hash):
            raise ScanFailed(f"{reading}: the cursor stands at a transaction that never was: {cursor.position}")
        if recorded != read - self._read:
            raise ScanFailed(f"{reading}: {recorded} recorded while the cursor passed {read - self._read}")
        if cursor.watermark is not None:
            late = truth.at[read] < cursor.watermark.timestamp() if read < len(truth) else False
            if late or cursor.watermark > self._world.clock.now():
                raise ScanFailed(f"{reading}: the watermark {cursor.watermark} covers what wasn't read")
        self._read = read
        self.tally.recorded = read

    def _check_verdict(self, told: Lie | None, verdict: str, before: int) -> None:
        """A lie was met as it has to be, and an honest page was read to its end."""
        waiting = len(self.history.truth) - before
        if told is not None:
            self.tally.told[told.name] += 1
            if verdict not in told.verdicts:
                raise ScanFailed(f"reading {self.tally.readings}: {told.name!r} was met by {verdict!r}")
            self.tally.met[told.name] += 1
        elif verdict != UNHARMED or self._read - before < min(waiting, self._page_limit - 2):
            passed = self._read - before
            raise ScanFailed(f"reading {self.tally.readings}: an honest page brought {verdict!r} and {passed} rows")

    async def _cursor(self) -> Cursor:
        async with self._storage.transaction() as tx:
            cursor = await tx.cursors.get(self.source.name)
        assert cursor is not None
        return cursor

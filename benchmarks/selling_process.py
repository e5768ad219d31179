"""A process of a shop that sells: it takes orders as a bot does, and does the worker's jobs, on one database.

Source, panel and notifier are in its memory. Every process is told the same history of the source.
"""

import asyncio
import multiprocessing
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from time import perf_counter, process_time
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from benchmarks.large_shop import jobs_of
from orbit_adapters.memory.cache import NoCache
from orbit_adapters.memory.chain import MemoryChain, MemorySources
from orbit_adapters.memory.notifier import MemoryNotifier
from orbit_adapters.memory.panel import MemoryPanel, MemoryPanels
from orbit_adapters.redis.cache import RedisCache
from orbit_adapters.redis.client import ResilientRedis
from orbit_adapters.redis.connection import redis_client
from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.indexes import IS_UNDELIVERED
from orbit_adapters.sql.storage import SqlStorage
from orbit_adapters.sql.tables import orders, outbox, payments_due
from orbit_adapters.system.clock import SystemClock
from orbit_adapters.system.ids import SystemIds
from orbit_domain.access.repository import PanelRecord
from orbit_domain.cache.ports import Cache
from orbit_domain.ids import PlanCode, TelegramId
from orbit_domain.money import RUB, BaseCurrency
from orbit_domain.node.fleet import NodeReading
from orbit_domain.order.order import OrderState
from orbit_domain.payment.payment import TON_METHOD
from orbit_domain.use_cases.get_cached_customer import InvalidateCustomers
from orbit_entry.runtime.periodic_job import JobName
from orbit_entry.worker.job_runner import JobRunner
from tests.support.shop import Shop
from tests.support.world import MAIN, FakeRates, Ports

DELIVERING = (JobName.MONEY, JobName.KEYS, JobName.NOTICES)
_PAUSE_S, _LOOK_S, LIMIT_S = 0.01, 0.05, 300
_NODES = tuple(NodeReading(name, connected=True, groups=(f"in-{name}",), traffic_bytes=0) for name in ("home", "away"))


@dataclass(frozen=True, slots=True)
class Bill:
    """What one customer has to send, and when."""

    units: int
    comment: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Spent:
    """When a piece of work began and ended by the machine's clock, and its processor time."""

    begin_s: float
    end_s: float
    cpu_s: float


class Meter:
    """Reads what was spent since it was made."""

    def __init__(self) -> None:
        self._begin_s, self._cpu_s = perf_counter(), process_time()

    def spent(self) -> Spent:
        """So far."""
        return Spent(self._begin_s, perf_counter(), process_time() - self._cpu_s)


@dataclass(frozen=True, slots=True)
class SellingProcess:
    """One of them. Its methods are what the benchmark asks of it, over a pipe or directly."""

    shop: Shop
    chain: MemoryChain
    panel: MemoryPanel
    notifier: MemoryNotifier
    engine: AsyncEngine

    async def open(self) -> None:
        """What a shop does when it starts. Called in one process, before any money moves."""
        await self.shop.open()

    async def request(self, people: range) -> tuple[Spent, list[Bill]]:
        """Let *people* press /start, choose a month, and ask how to pay."""
        meter, bills = Meter(), []
        for number in people:
            tg_id = TelegramId(number)
            await self.shop.register_user(tg_id, f"user{tg_id}", "ru")
            nonce = (await self.shop.list_plans(tg_id)).nonce
            order = (await self.shop.open_checkout(tg_id, PlanCode("sub_1m"), nonce)).order
            payment = (await self.shop.request_payment(tg_id, order.id, TON_METHOD)).payment
            bills.append(Bill(payment.quote.due.units, payment.comment, payment.created_at))
        return meter.spent(), bills

    async def arrive(self, bills: Sequence[Bill]) -> None:
        """The source shows that *bills* are paid."""
        for bill in bills:
            self.chain.deposit(bill.units, bill.comment, bill.at)

    async def read(self) -> None:
        """Read and record what has arrived; nothing is settled."""
        while (await self.shop.read_receipts()).reads_on:
            pass

    async def deliver(self, sold: int) -> Spent:
        """Do the worker's jobs until *sold* orders are delivered and everybody was told. Raises TimeoutError."""
        unsent = select(func.count()).select_from(outbox).where(IS_UNDELIVERED)
        delivered = select(func.count()).select_from(orders).where(orders.c.state == OrderState.DELIVERED)

        async def is_done() -> bool:
            return await self._count(delivered) >= sold and await self._count(unsent) == 0

        meter = Meter()
        done = asyncio.Event()
        runner = JobRunner(jobs_of(self.shop))
        async with asyncio.timeout(LIMIT_S), asyncio.TaskGroup() as group:
            for name in DELIVERING:
                group.create_task(_again_and_again(runner, name, done))
            while not done.is_set():
                await asyncio.sleep(_LOOK_S)
                if await is_done():
                    done.set()
        return meter.spent()

    async def settle(self) -> Spent:
        """Settle, beside other processes, until no payment is due. Raises TimeoutError."""
        due = select(func.count()).select_from(payments_due)
        meter = Meter()
        async with asyncio.timeout(LIMIT_S):
            await self.shop.settle_receipts()
            spent = meter.spent()
            while await self._count(due):  # Another process has the rest.
                await asyncio.sleep(_PAUSE_S)
                if await self.shop.settle_receipts():
                    spent = meter.spent()
        return spent

    async def did(self) -> tuple[list[str], list[tuple[TelegramId, str]]]:
        """The accounts that its panel has, and each notice that was sent from here: to whom, and its key."""
        sent = [(one.tg_id, one.notice.dedupe_key(one.tg_id)) for one in self.notifier.sent]
        return list(self.panel.accounts), sent

    async def _count(self, counting: Any) -> int:
        async with self.engine.connect() as connection:
            return int((await connection.execute(counting)).scalar_one())


async def _again_and_again(runner: JobRunner, name: JobName, done: asyncio.Event) -> None:
    while not done.is_set():
        await runner.run(name, urgent=False)
        await asyncio.sleep(_PAUSE_S)


@asynccontextmanager
async def selling_process(url: str, redis_url: str | None = None) -> AsyncIterator[SellingProcess]:
    """The shop at *url* in this process."""
    async with AsyncExitStack() as stack:
        engine = open_engine(url, jobs=True)
        stack.push_async_callback(engine.dispose)
        clock = SystemClock()
        cache: Cache = NoCache()
        if redis_url is not None:
            client = ResilientRedis(redis_client(redis_url), clock, "cache")
            stack.push_async_callback(client.close)
            cache = RedisCache(client)
        chain, panel, notifier = MemoryChain(clock), MemoryPanel(MAIN, clock, _NODES), MemoryNotifier()
        ports = Ports(
            storage=SqlStorage(engine, InvalidateCustomers(cache), base=RUB),
            clock=clock,
            ids=SystemIds(),
            sources=MemorySources(chain),
            panels=MemoryPanels(panel),
            rates=FakeRates(clock, RUB),
            notifier=notifier,
            records=(PanelRecord(MAIN, "memory", "main"),),
            cache=cache,
            base=BaseCurrency(RUB),
        )
        yield SellingProcess(Shop(ports), chain, panel, notifier, engine)


@dataclass(frozen=True, slots=True)
class Remote:
    """A selling process at the other end of a pipe."""

    pipe: "Connection[Any, Any]"

    async def ask(self, name: str, *arguments: object) -> Any:
        """What the method *name* of the process returns. Raises EOFError when it has died."""
        self.pipe.send((name, arguments))
        return await asyncio.to_thread(self.pipe.recv)


@contextmanager
def selling_processes(amount: int, url: str, redis_url: str | None) -> Iterator[list[Remote]]:
    """So many processes of the shop at *url*, ready."""
    context = multiprocessing.get_context("spawn")  # A forked one would share sockets.
    pipes = [context.Pipe() for _ in range(amount)]
    processes = [context.Process(target=_serve, args=(far, url, redis_url), daemon=True) for _, far in pipes]
    try:
        for process, (_, far) in zip(processes, pipes, strict=True):
            process.start()
            far.close()  # The process has it, so that its end is noticed.
        yield [Remote(near) for near, _ in pipes]
    finally:
        for process in processes:
            process.kill()
            process.join()


def _serve(pipe: "Connection[Any, Any]", url: str, redis_url: str | None) -> None:
    asyncio.run(_answer(pipe, url, redis_url))


async def _answer(pipe: "Connection[Any, Any]", url: str, redis_url: str | None) -> None:
    async with selling_process(url, redis_url) as process:
        while True:
            name, arguments = await asyncio.to_thread(pipe.recv)
            pipe.send(await getattr(process, name)(*arguments))

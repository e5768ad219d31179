"""A worker's jobs after a long stop, on SQLite: how long a transaction holds the only writer, and for how many rows."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from benchmarks.customer_block import CustomerBlock, customer_block
from benchmarks.figures import Figure
from benchmarks.large_shop import LargeShop, large_shop, run_job
from orbit_adapters.sql.migrate import migrate
from orbit_domain.access.rebalance import RebalancePace
from orbit_domain.broadcast.broadcast import BroadcastAction
from orbit_domain.ids import PanelId, TelegramId
from orbit_domain.shop_chat.shop_chat import Purpose
from orbit_domain.user.referral import referral_code
from orbit_entry.runtime.collector import loading
from orbit_entry.runtime.periodic_job import JobName
from orbit_testing import samples
from tests.support.buyer import Buyer
from tests.support.shop import OWNER

TITLE = "Catching up after a month's stop, SQLite"
CUSTOMERS, SMALL_CUSTOMERS = 200_000, 40
WAITING, SMALL_WAITING = 200, 3
"""So many of each kind of thing have fallen due, beside what the shop's other customers have left."""
_FIRST_ID = 8_000_000_000
_STOP = timedelta(days=29, hours=12)
_LEFT = PanelId("third")
_TURNS = 20


@dataclass(slots=True)
class RowsChanged:
    """How many rows each transaction of an engine on SQLite has changed, those that triggers change among them."""

    counts: list[int] = field(default_factory=list)
    _before: dict[int, int] = field(default_factory=dict)

    def begin(self, connection: Any) -> None:
        """A transaction begins."""
        self._before[id(connection)] = connection.connection.driver_connection.total_changes

    def commit(self, connection: Any) -> None:
        """It is committed."""
        changed = connection.connection.driver_connection.total_changes - self._before.pop(id(connection))
        self.counts.append(changed)


@contextmanager
def rows_changed(engine: AsyncEngine) -> Iterator[RowsChanged]:
    """Count what is changed inside the block."""
    counter = RowsChanged()
    listeners = (("begin", counter.begin), ("commit", counter.commit))
    for name, listener in listeners:
        event.listen(engine.sync_engine, name, listener)
    try:
        yield counter
    finally:
        for name, listener in listeners:
            event.remove(engine.sync_engine, name, listener)


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """What one job has done: its transactions, the rows of the largest, the longest by both clocks, and all of them."""

    job: str
    transactions: int
    most_rows: int
    longest_cpu_s: float
    longest_s: float
    cpu_s: float


async def measure(*, small: bool) -> list[Figure]:
    """Stop a shop for a month while everything goes on to fall due, and let each job catch up."""
    with TemporaryDirectory(prefix="orbit-stop-") as folder:
        block = await customer_block(Path(folder))
        customers, waiting = (SMALL_CUSTOMERS, SMALL_WAITING) if small else (CUSTOMERS, WAITING)
        async with stopped_shop(Path(folder), block, customers, waiting) as large:
            return [Figure("customers", customers, ""), *_figures(await catch_up(large))]


@asynccontextmanager
async def stopped_shop(folder: Path, block: CustomerBlock, customers: int, waiting: int) -> AsyncIterator[LargeShop]:
    """A shop of copies of *block* in *folder* that has stood still, with *waiting* of everything that falls due."""
    url = f"sqlite+aiosqlite:///{folder / 'shop.db'}"
    await migrate(url)
    async with large_shop(url, block) as large:
        await block.fill(url, customers)
        await _stop(large, waiting)
        yield large


async def catch_up(large: LargeShop) -> list[CaughtUp]:
    """Let each job run until it changes nothing more. Late orders are reported first: then nothing else is done.

    Old data isn't cleaned: the database looks at its own clock before it forgets a record; no month has passed there.
    """
    with loading():  # As a worker does: a full collection in the middle of a transaction would be measured with it.
        first = large.jobs[JobName.DELIVERIES.value]
    others = (job for job in large.jobs.values() if job.name not in {first.name, JobName.OLD_DATA})
    jobs = [first, *others]
    found = []
    for job in jobs:
        large.storage.begin()
        with rows_changed(large.engine) as changed:
            cpu, done = process_time(), -1
            for _ in range(_TURNS):
                await run_job(job)
                if sum(changed.counts) == done:
                    break
                done = sum(changed.counts)
            cpu = process_time() - cpu
        longest = (large.storage.longest_cpu_s, large.storage.longest_s)
        found.append(CaughtUp(job.name.value, len(changed.counts), max(changed.counts, default=0), *longest, cpu))
    return found


async def _stop(large: LargeShop, waiting: int) -> None:
    """Customers do everything that leaves work behind, nobody does it, and a month passes."""
    shop, world = large.shop, large.world
    groups = [
        [Buyer(shop, world, TelegramId(_FIRST_ID + group * 100_000 + number)) for number in range(waiting)]
        for group in range(4)
    ]
    ending, leaving, undelivered, paying = groups
    inviter = ending[0].tg_id
    code = referral_code(inviter)
    for one in [buyer for group in groups for buyer in group]:
        await shop.register_user(one.tg_id, f"user{one.tg_id}", "ru", None if one.tg_id == inviter else code)
    await _pay(ending)
    while await shop.settle_receipts() or await shop.provision_keys():
        pass
    for one in ending:
        await shop.switch_auto_renewal(one.tg_id, on=True)
    for one in leaving:
        await one.start_purchase()
    for panel in world.panels.values():
        panel.unavailable = True
    await _pay(undelivered)
    await shop.settle_receipts()
    world.clock.at += _STOP
    for panel in world.panels.values():
        panel.unavailable = False
    await shop.read_receipts()  # Or the way to pay wouldn't be offered.
    for one in paying:
        view = await one.start_purchase()
        one.send(view, view.payment.quote.due.units)
    await _begin_what_lasts(large)


async def _pay(buyers: Sequence[Buyer]) -> None:
    for one in buyers:
        view = await one.start_purchase()
        one.send(view, view.payment.quote.due.units)
    await buyers[0].shop.read_receipts()


async def _begin_what_lasts(large: LargeShop) -> None:
    """A broadcast to everyone, a rebalance of a hundred moves a minute, an evacuation, and a chat that hears of all."""
    shop, now = large.shop, large.world.clock.now()
    shop.rebalance_keys = replace(shop.rebalance_keys, pace=RebalancePace(moves_per_hour=6_000))
    await shop.start_rebalance("cli:owner")
    await shop.start_evacuation(OWNER, _LEFT)
    draft = samples.broadcast(author=TelegramId(_FIRST_ID), created_at=now, is_previewed=True)
    before = now - _STOP
    async with large.storage.transaction() as tx:
        await tx.broadcasts.add(draft)
        await tx.broadcasts.save(draft.steer(BroadcastAction.START, now))
        await tx.shop_chats.put(samples.shop_chat(Purpose.EVENTS, set_at=before, told_until=before))


def _figures(found: Sequence[CaughtUp]) -> Iterator[Figure]:
    for one in found:
        name = f"job {one.job}"
        yield Figure(f"{name}: transactions", one.transactions, "")
        yield Figure(f"{name}: most rows of one", one.most_rows, "")
        yield Figure(f"{name}: longest transaction, processor", one.longest_cpu_s * 1_000, "ms")
        yield Figure(f"{name}: longest transaction, by the clock", one.longest_s * 1_000, "ms")
        yield Figure(f"{name}: all of it, processor", one.cpu_s, "s")

"""A worker of which one panel never gets an answer goes on for all others, by signals alone."""

import asyncio

from orbit_adapters.memory.panel import MemoryPanel
from orbit_adapters.memory.storage import MemoryStorage
from orbit_domain.access.account import Account, AccountState
from orbit_domain.ids import PanelId, TelegramId
from orbit_domain.money import RUB
from orbit_domain.node.fleet import NodeReading
from orbit_domain.order.order import Order, OrderState
from orbit_domain.storage import ChangeSet
from orbit_entry.runtime.periodic_job import Intervals, JobName, PeriodicJob
from orbit_entry.worker.job_runner import JobRunner
from tests.support.buyer import Buyer
from tests.support.invariants import check_ledger
from tests.support.shop import Shop
from tests.support.virtual_time import in_virtual_time, until
from tests.support.world import World

ONE, TWO = PanelId("one"), PanelId("two")
ON_ONE, SALES = 6, 20


class Hanging(MemoryPanel):
    """A panel that leaves its callers waiting once it hangs. `given_up` counts those who stopped waiting for a key."""

    hangs = False
    waiting = 0
    given_up = 0

    async def ensure(self, account: Account) -> AccountState:
        self.waiting += self.hangs
        try:
            await self._hang()
        except asyncio.CancelledError:
            self.given_up += 1
            raise
        return await super().ensure(account)

    async def nodes(self) -> tuple[NodeReading, ...]:
        await self._hang()
        return await super().nodes()

    async def _hang(self) -> None:
        if self.hangs:
            await asyncio.Event().wait()


class SignalledWorker:
    """A worker without sweeps: it runs when a commit says that keys are due, as `SignalAfterCommit` lets it."""

    def __init__(self) -> None:
        self.world = World({ONE: ("a",), TWO: ("b",)}, MemoryStorage(self._signal, base=RUB))
        self.world.panels[ONE] = self.one = Hanging(ONE, self.world.clock, self.world.panel.readings)
        self.shop = Shop(self.world.ports())
        provision = self.shop.provision_keys
        self.runner = JobRunner([PeriodicJob(JobName.KEYS, Intervals().panel_s, provision, provision.turns)])
        self._runs = set[asyncio.Task[None]]()

    async def _signal(self, changes: ChangeSet) -> None:
        if changes.keys_due:
            self._runs.add(asyncio.create_task(self.runner.run(JobName.KEYS, urgent=True)))

    async def sell(self, customers: range) -> list[tuple[Buyer, Order]]:
        """Each of them pays for a month."""
        sales = []
        for number in customers:
            await (buyer := Buyer(self.shop, self.world, TelegramId(number))).start()
            view = await buyer.start_purchase()
            buyer.send(view)
            sales.append((buyer, await buyer.order_of(view)))
        await self.shop.scan_and_settle()
        return sales

    async def until_delivered(self, sales: list[tuple[Buyer, Order]]) -> None:
        """Wait for all of them; a turn of a panel that hangs ends later than that."""

        async def are_delivered() -> bool:
            states = [(await buyer.order(order.id)).state for buyer, order in sales]
            return all(state is OrderState.DELIVERED for state in states)

        await until(are_delivered, within_s=50)

    async def until_it_hangs(self) -> None:
        """Wait for the first question that has no answer."""

        async def is_waited_for() -> bool:
            return self.one.waiting > 0

        await until(is_waited_for, within_s=10)

    async def stop(self) -> None:
        await self.runner.kill()
        await asyncio.gather(*self._runs)


async def twenty_sales_beside_a_hung_panel(worker: SignalledWorker) -> None:
    """Renewals wait at the panel that hangs; then others buy."""
    shop, world = worker.shop, worker.world
    await shop.open()
    readings, world.panels[TWO].readings = world.panels[TWO].readings, ()
    await worker.until_delivered(await worker.sell(range(100, 100 + ON_ONE)))
    world.panels[TWO].readings = readings
    worker.one.hangs = True
    renewals = await worker.sell(range(100, 100 + ON_ONE))
    await worker.until_it_hangs()
    sales = await worker.sell(range(200, 200 + SALES))
    await worker.until_delivered(sales)
    assert worker.one.given_up == 0
    assert {(await buyer.key()).panel_id for buyer, _ in sales} == {TWO}
    assert {(await buyer.order(order.id)).state for buyer, order in renewals} == {OrderState.PAID}
    await worker.stop()
    worker.one.hangs = False
    world.clock.advance(minutes=2)
    await shop.work()
    assert {(await buyer.order(order.id)).state for buyer, order in renewals} == {OrderState.DELIVERED}
    assert (len(worker.one.accounts), len(world.panels[TWO].accounts)) == (ON_ONE, SALES)


def test_sales_elsewhere_dont_wait_for_a_hung_panel() -> None:
    """Twenty customers have their keys while the first question to the other panel is still without an answer."""
    worker = SignalledWorker()
    in_virtual_time(worker.world.clock, lambda: twenty_sales_beside_a_hung_panel(worker))
    in_virtual_time(worker.world.clock, lambda: check_ledger(worker.world))
    assert worker.one.given_up > 0

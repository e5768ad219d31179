"""What a customer's life and the worker's turns may cost: the most statements of each use case, on SQLite."""

from collections.abc import Awaitable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncEngine

from benchmarks.large_shop import jobs_of, run_job
from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.statement_counter import count_statements
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.ids import PlanCode
from orbit_domain.money import RUB, Money
from orbit_domain.order.order import OrderState, renewal_nonce
from orbit_domain.shop_chat.shop_chat import Purpose
from orbit_testing import samples
from tests.support.buyer import ALICE, BOB, Buyer
from tests.support.empty_shop import put_empty_shop
from tests.support.shop import Shop
from tests.support.world import PRICE, World

BUDGET: dict[str, int] = {
    "/start, new": 2,
    "/start, known": 1,
    "home": 1,
    "plans": 2,
    "open checkout": 10,
    "request payment": 18,
    "show payment": 5,
    "check payment, nothing arrived": 12,
    "read one receipt": 9,
    "settle and pay one order": 13,
    "place and bring one key": 20,
    "send two notices": 8,
    "connect": 2,
    "statement": 5,
    "renew from balance": 26,
    "bring one renewed key": 13,
    "try for nothing": 16,
    "job money": 3,
    "job rates": 1,
    "job expiry": 4,
    "job keys": 3,
    "job recent_keys": 2,
    "job drift": 3,
    "job sweep": 1,
    "job evacuations": 1,
    "job rebalance": 1,
    "job broadcasts": 1,
    "job notices": 1,
    "job renewals": 5,
    "job reminders": 1,
    "job referrals": 1,
    "job deliveries": 2,
    "job events": 5,
    "job old_data": 5,
    "job clean_up": 1,
    "job backups": 0,
    "job asked_backup": 1,
    "job journal": 4,
    "job journal_copies": 0,
}
"""The most statements of each; a job's are those of one turn with nothing due. Lower them when one costs less."""

Result = TypeVar("Result")


@dataclass
class Meter:
    """Counts what is awaited, by its name."""

    engine: AsyncEngine
    spent: dict[str, int] = field(default_factory=dict)

    async def __call__(self, name: str, work: Awaitable[Result]) -> Result:
        with count_statements(self.engine) as counter:
            result = await work
        self.spent[name] = sum(counter.counts)
        return result


async def test_every_use_case_keeps_its_budget(tmp_path: Path) -> None:
    """From /start over a purchase to a renewal, and one idle turn of each job: none sends more than its budget."""
    url = await put_empty_shop(tmp_path / "shop.db")
    engine = open_engine(url, durability="OFF")
    try:
        world = World(storage=SqlStorage(engine, base=RUB))
        shop, meter = Shop(world.ports()), Meter(engine)
        await shop.open()
        async with world.storage.transaction() as tx:  # Who has no chat for events has nothing read for it.
            await tx.shop_chats.put(samples.shop_chat(Purpose.EVENTS, set_at=world.clock.now()))
        await _live(meter, shop, world)
        await _work(meter, shop)
    finally:
        await engine.dispose()
    assert meter.spent.keys() == BUDGET.keys()
    beyond = [f"{name}: {spent} of {BUDGET[name]}" for name, spent in meter.spent.items() if spent > BUDGET[name]]
    assert beyond == []


async def _live(meter: Meter, shop: Shop, world: World) -> None:
    """Everything that a customer usually does; each use case does what is due, and proves it."""
    alice = Buyer(shop, world)
    await meter("/start, new", alice.start())
    await meter("/start, known", alice.start())
    await meter("home", shop.show_home(ALICE))
    plans = await meter("plans", shop.list_plans(ALICE))
    checkout = await meter("open checkout", alice.choose(nonce=plans.nonce))
    view = await meter("request payment", alice.request_payment(checkout.order.id))
    await meter("show payment", alice.refreshed(view))
    await meter("check payment, nothing arrived", alice.check_payment(view))
    alice.send(view, view.payment.quote.due.units)
    await meter("read one receipt", shop.read_receipts())
    await meter("settle and pay one order", shop.settle_receipts())
    assert (await alice.order_of(view)).state is OrderState.PAID
    await meter("place and bring one key", shop.provision_keys())
    assert (await alice.order_of(view)).state is OrderState.DELIVERED
    await meter("send two notices", shop.deliver_notices())
    assert len(world.notifier.sent) == 2
    await meter("connect", shop.show_keys(ALICE))
    await meter("statement", shop.show_statement(ALICE))
    await alice.add_balance(2 * PRICE)
    ends_at = await alice.ends_at()
    assert ends_at is not None
    nonce = renewal_nonce(ALICE, PlanCode("sub_1m"), ends_at, Money(PRICE, RUB))
    renewed = await meter("renew from balance", shop.renew_from_balance(ALICE, PlanCode("sub_1m"), nonce))
    assert renewed.state is OrderState.PAID
    await meter("bring one renewed key", shop.provision_keys())
    bob = Buyer(shop, world, BOB)
    await bob.start()
    await meter("try for nothing", shop.start_trial(BOB))
    await shop.work()


async def _work(meter: Meter, shop: Shop) -> None:
    """One turn of each job when nothing is due."""
    for _ in range(2):  # The first one ends what is due.
        for job in jobs_of(shop):
            await meter(f"job {job.name}", run_job(job))

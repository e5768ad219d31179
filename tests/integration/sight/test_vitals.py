"""What the tables say of a shop's health, alike on SQLite and PostgreSQL."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.statement_counter import count_statements
from orbit_adapters.sql.storage import SqlStorage
from orbit_adapters.sql.vitals import DELIVERY_LIMITS_S, Deliveries, OutboxVitals, PanelVitals, SqlVitals, Waiting
from orbit_domain.money import RUB
from tests.support.buyer import BOB, Buyer
from tests.support.shop import Shop
from tests.support.world import COIN, World

NOTHING = tuple(0 for _ in DELIVERY_LIMITS_S)


async def check_vitals(engine: AsyncEngine) -> None:
    """What is said of a shop that has opened, that sells, and in which everything waits."""
    world = World(storage=SqlStorage(engine, base=RUB))
    shop, vitals, clock = Shop(world.ports()), SqlVitals(engine), world.clock
    await shop.open()
    empty = await vitals.read(clock.now())
    assert (empty.payments, empty.deliveries, empty.undelivered) == ({}, Deliveries(NOTHING, 0, 0.0), Waiting(0))
    assert (empty.unmatched, empty.outbox) == ({}, {})
    assert empty.watermarks == {world.chain.name: clock.now()}
    assert empty.panels == {"main": PanelVitals(is_active=True, capacity=None, keys=0, unconfirmed=0)}

    alice, bob = Buyer(shop, world), Buyer(shop, world, BOB)
    await alice.start()
    await bob.start("en")
    view = await alice.start_purchase()
    alice.send(view, view.payment.quote.due.units)
    await shop.scan_and_settle()
    clock.advance(seconds=20)
    await shop.work()
    world.panel.unavailable = True
    waiting = await bob.start_purchase()
    bob.send(waiting, waiting.payment.quote.due.units)
    world.chain.deposit(3 * COIN // 2, "nobody's")
    await shop.scan_and_settle()
    paid_at = clock.now()
    await alice.top_up(20_000)
    clock.advance(minutes=5)
    with count_statements(engine) as sent:
        found = await vitals.read(clock.now())
    assert sent.counts == [9]
    assert found.payments == {("ton", "confirmed"): 2, ("ton", "pending"): 1}
    assert found.deliveries == Deliveries(tuple(int(limit >= 20) for limit in DELIVERY_LIMITS_S), 1, 20.0)
    assert found.undelivered == Waiting(1, paid_at)
    assert found.unmatched == {"ton:native": (1, Decimal("1.5"))}
    assert found.outbox["order_paid"] == OutboxVitals(Waiting(1, paid_at), failing=0)
    assert found.watermarks == {world.chain.name: paid_at}

    clock.advance(minutes=6)
    async with world.storage.transaction() as tx:
        (panel,) = await tx.panels.all()
        await tx.panels.put(replace(panel, is_active=False, capacity=7))
    counted = await vitals.read(clock.now())
    assert counted.panels == {"main": PanelVitals(is_active=False, capacity=7, keys=1, unconfirmed=0)}
    clock.advance(days=2)
    assert (await vitals.read(clock.now())).deliveries.count == 0


async def test_sqlite(sqlite_engine: AsyncEngine) -> None:
    """The embedded database says what waits, how quick deliveries were, and what the panel holds."""
    await check_vitals(sqlite_engine)


@pytest.mark.servers
async def test_postgres(postgres_engine: AsyncEngine) -> None:
    """A server says the same."""
    await check_vitals(postgres_engine)

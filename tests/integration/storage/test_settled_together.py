"""Payments that one transaction settles end as if each had been settled after the other, in a few statements."""

import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.testing import capture_logs

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.statement_counter import count_statements
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.ids import TelegramId
from orbit_domain.money import RUB
from orbit_domain.order.order import OrderState
from orbit_domain.storage import Storage, StorageConflict, Transaction
from tests.integration.storage.settling_script import EVERYTHING, PLANS, UNITS, Step, play
from tests.support.buyer import Buyer
from tests.support.invariants import check_ledger
from tests.support.shop import Shop
from tests.support.world import World

who = st.integers(0, 2)
scripts = st.lists(
    st.one_of(
        st.tuples(st.just("buy"), who, st.sampled_from(PLANS), st.sampled_from((0, *UNITS))),
        st.tuples(st.just("top up"), who, st.sampled_from((20_000, 60_000))),
        st.tuples(st.sampled_from(("send", "send older")), who, st.sampled_from(UNITS)),
        st.tuples(st.sampled_from(("again", "cancel", "show", "promo", "owe", "ban")), who),
        st.tuples(st.just("order"), who, st.sampled_from(PLANS)),
        st.tuples(st.just("wait"), st.integers(1, 30)),
        st.just(("settle",)),
    ),
    min_size=3,
    max_size=14,
)


async def _played_in_sql(engine: AsyncEngine, steps: Sequence[Step]) -> list[object]:
    with capture_logs() as logs:
        found = await play(World(storage=SqlStorage(engine, base=RUB)), steps)
    assert not [line for line in logs if line["event"] == "settlement_not_ahead"]
    return found


async def test_everything_that_a_settlement_tells_apart(sqlite_engine: AsyncEngine, shop_engine: AsyncEngine) -> None:
    """Memory, where each payment is settled after the other, SQLite and PostgreSQL record the same of a long story."""
    expected = await play(World(), EVERYTHING)
    assert await _played_in_sql(sqlite_engine, EVERYTHING) == expected
    assert await _played_in_sql(shop_engine, EVERYTHING) == expected


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=scripts)
async def test_together_is_as_one_after_the_other(template: Path, tmp_path: Path, steps: list[Step]) -> None:
    """Whoever pays what, in whatever order: ledger, orders, time, keys and messages are the same."""
    engine = open_engine(_copied(template, tmp_path), durability="OFF")
    try:
        assert await _played_in_sql(engine, steps) == await play(World(), steps)
    finally:
        await engine.dispose()


def _copied(template: Path, folder: Path) -> str:
    """The address of a fresh database."""
    for old in folder.glob("orbit.db*"):
        old.unlink()
    return f"sqlite+aiosqlite:///{shutil.copy(template, folder / 'orbit.db')}"


async def _bought(shop: Shop, world: World, buyers: Sequence[Buyer]) -> None:
    for buyer in buyers:
        view = await buyer.start_purchase()
        await shop.record_invoice_message(view, buyer.tg_id, 1)
        buyer.send(view, view.payment.quote.due.units)
    await shop.read_receipts()


async def _opened(storage: Storage, count: int) -> tuple[World, Shop, list[Buyer]]:
    world = World(storage=storage)
    shop = Shop(world.ports())
    await shop.open()
    buyers = [Buyer(shop, world, TelegramId(100 + number)) for number in range(count)]
    for buyer in buyers:
        await buyer.start()
    return world, shop, buyers


@pytest.mark.parametrize("count", [1, 19])
async def test_a_settlement_keeps_its_budget(sqlite_engine: AsyncEngine, count: int) -> None:
    """One statement claims, twelve settle first purchases, sixteen renewals: one of them or as many as are claimed."""
    world, shop, buyers = await _opened(SqlStorage(sqlite_engine, base=RUB), count)
    for budget in (12, 16):
        await _bought(shop, world, buyers)
        with count_statements(sqlite_engine) as counter:
            assert await shop.settle_receipts() == count
        assert counter.counts == [1, budget]
    await check_ledger(world)


class _BrokenAtTheEnd:
    """A storage in which payments that are settled together fail with *error* when all is to be written."""

    def __init__(self, storage: Storage, error: Exception) -> None:
        self._storage = storage
        self._error = error

    def __getattr__(self, name: str) -> Any:
        return getattr(self._storage, name)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        async with self._storage.transaction() as tx:
            tx.payments_due = _BrokenQueue(tx.payments_due, self._error)
            yield tx


class _BrokenQueue:
    def __init__(self, real: Any, error: Exception) -> None:
        self._real = real
        self._error = error

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    @asynccontextmanager
    async def read_ahead(self, tx: Transaction, claimed: Sequence[Any]) -> AsyncIterator[Transaction]:
        async with self._real.read_ahead(tx, claimed) as ahead:
            yield ahead
        raise self._error


@pytest.mark.parametrize("error", [StorageConflict("an order was changed meanwhile"), ZeroDivisionError()])
async def test_what_fails_together_is_settled_alone(sqlite_engine: AsyncEngine, error: Exception) -> None:
    """Everybody is paid all the same, once; an error that isn't the storage's is raised when all is done."""
    world, shop, buyers = await _opened(_BrokenAtTheEnd(SqlStorage(sqlite_engine, base=RUB), error), 3)
    await _bought(shop, world, buyers)
    if isinstance(error, ZeroDivisionError):
        with pytest.raises(ZeroDivisionError):
            await shop.settle_receipts()
    else:
        assert await shop.settle_receipts() == 3
    for buyer in buyers:
        (order,) = await _orders(world, buyer)
        assert (order.state, await buyer.balance()) == (OrderState.PAID, 0)
    await check_ledger(world)


async def _orders(world: World, buyer: Buyer) -> Sequence[Any]:
    async with world.storage.transaction() as tx:
        return await tx.orders.newest(buyer.tg_id, 10)

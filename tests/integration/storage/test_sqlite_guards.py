"""SQLite's own constraints, and what the audit finds when they were bypassed."""

import asyncio

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.storage import SqlStorage
from orbit_adapters.sql.tables import users
from orbit_domain.ids import PlanCode
from orbit_domain.money import RUB, TON, Money
from orbit_domain.steps.book_receipt import money_arrived
from orbit_domain.subscription.subscription import Subscription
from orbit_testing import samples
from orbit_testing.samples import ALICE, HUGE, NOW
from tests.integration.storage.guard_contract import GuardContract


class TestSqliteGuards(GuardContract):
    """In a file."""

    @pytest.fixture
    def engine(self, sqlite_engine: AsyncEngine) -> AsyncEngine:
        return sqlite_engine

    async def test_the_audit_finds_a_balance_changed_by_hand(self, engine: AsyncEngine) -> None:
        """A balance that isn't the sum of its account is named."""
        storage = SqlStorage(engine, base=RUB)
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            await tx.ledger.post(samples.gift(1, 500))
        async with engine.begin() as connection:
            await connection.execute(update(users).values(balance=499))
        async with storage.transaction() as tx:
            assert (await tx.ledger.check()).wrong_balances == (ALICE,)

    @pytest.mark.parametrize("units", [HUGE - 1, HUGE + 1, 1, -HUGE])
    async def test_the_audit_finds_an_unbalanced_entry(self, engine: AsyncEngine, units: int) -> None:
        """An entry that doesn't sum to zero is named, even when it is off by one unit in 2^120."""
        storage = SqlStorage(engine, base=RUB)
        async with storage.transaction() as tx:
            await tx.ledger.post(money_arrived("right", "ton", Money(HUGE, TON), NOW))
            await tx.ledger.post(money_arrived("wrong", "ton", Money(HUGE, TON), NOW))
        async with engine.begin() as connection:
            await connection.execute(text("DROP TRIGGER ledger_postings_no_update"))
            spoil = "UPDATE ledger_postings SET units = :units WHERE entry_id = 2 AND position = 1"
            await connection.execute(text(spoil), {"units": str(units)})
        async with storage.transaction() as tx:
            assert (await tx.ledger.check()).unbalanced == ("receipt/wrong",)

    async def test_the_audit_finds_an_entry_without_lines(self, engine: AsyncEngine) -> None:
        """An entry without lines is named."""
        async with engine.begin() as connection:
            await connection.execute(text("INSERT INTO ledger_entries VALUES (5, 'order', 'x', NULL, '', '', 0)"))
        async with SqlStorage(engine, base=RUB).transaction() as tx:
            check = await tx.ledger.check()
        assert (check.unbalanced, check.wrong_orders) == (("order/x",), ("x",))


async def test_forty_read_modify_writes_of_two_processes_end_at_forty(sqlite_url: str) -> None:
    """No update is lost between two independent engines: every transaction takes the write lock at its start."""
    engines = [open_engine(sqlite_url, durability="OFF") for _ in range(2)]
    storages = [SqlStorage(engine, base=RUB) for engine in engines]
    async with storages[0].transaction() as tx:
        await tx.users.add_if_absent(samples.new_user())

    async def one_more(number: int) -> None:
        async with storages[number % 2].transaction() as tx:
            count = (await tx.subscriptions.get(ALICE)).plan_code or "0"
            await tx.subscriptions.save(Subscription(ALICE, NOW, PlanCode(str(int(count) + 1))))

    await asyncio.gather(*(one_more(number) for number in range(40)))
    async with storages[1].transaction() as tx:
        assert (await tx.subscriptions.get(ALICE)).plan_code == "40"
    for engine in engines:
        await engine.dispose()


async def test_a_raw_engine_begins_immediately(sqlite_engine: AsyncEngine) -> None:
    """Forty concurrent read-modify-writes on the bare engine end at forty: BEGIN IMMEDIATE is in the engine itself."""
    async with SqlStorage(sqlite_engine, base=RUB).transaction() as tx:
        await tx.users.add_if_absent(samples.new_user())

    async def one_more() -> None:
        async with sqlite_engine.begin() as connection:
            balance = (await connection.execute(select(users.c.balance))).scalar_one()
            await connection.execute(update(users).values(balance=balance + 1))

    await asyncio.gather(*(one_more() for _ in range(40)))
    async with SqlStorage(sqlite_engine, base=RUB).transaction() as tx:
        assert (await tx.users.lock(ALICE)).balance.units == 40

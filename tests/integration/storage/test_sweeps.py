"""The sweeps on both databases, and how the reminders that are due are found."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.migrate import migrate
from orbit_adapters.sql.statement_counter import count_statements
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.money import RUB
from orbit_domain.subscription.reminders import windows
from orbit_testing.samples import NOW
from tests.integration.storage.sweep_contract import SweepContract


class TestSqliteSweeps(SweepContract):
    """In a file."""

    @pytest.fixture
    def engine(self, sqlite_engine: AsyncEngine) -> AsyncEngine:
        return sqlite_engine


class TestPostgresSweeps(SweepContract):
    """On a server."""

    @pytest.fixture
    async def engine(self, postgres_url: str) -> AsyncIterator[AsyncEngine]:
        await migrate(postgres_url)
        engine = open_engine(postgres_url)
        yield engine
        await engine.dispose()


async def test_each_reminder_is_looked_up_by_its_key(sqlite_engine: AsyncEngine) -> None:
    """Neither the users nor the outbox are read from end to end to find the reminders that are due."""
    with count_statements(sqlite_engine) as counter:
        async with SqlStorage(sqlite_engine, base=RUB).transaction() as tx:
            await tx.subscriptions.unreminded(windows(NOW), 10)
    ((statement, parameters),) = counter.sent[0]
    async with sqlite_engine.connect() as connection:
        plan = [row[-1] for row in await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    assert any("SEARCH outbox USING" in line and "(dedupe=?)" in line for line in plan), plan
    assert not any(line.startswith("SCAN") for line in plan), plan

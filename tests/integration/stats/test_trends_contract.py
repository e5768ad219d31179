"""Every TrendsReader fulfils the contract, and keeps its promises about statements."""

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.memory.storage import MemoryStorage
from orbit_adapters.memory.trends import MemoryTrends
from orbit_adapters.sql.statement_counter import count_statements
from orbit_adapters.sql.storage import SqlStorage
from orbit_adapters.sql.trends import SqlTrends
from orbit_domain.money import RUB
from orbit_domain.stats import Span
from orbit_testing.contracts.storage_transactions import fill
from orbit_testing.contracts.trends import TrendsContract
from orbit_testing.samples import NOW


class TestMemoryTrends(TrendsContract):
    """In one process."""

    @pytest.fixture
    def storage(self) -> MemoryStorage:
        return MemoryStorage(base=RUB)

    @pytest.fixture
    def reader(self, storage: MemoryStorage) -> MemoryTrends:
        return MemoryTrends(storage)


class TestSqliteTrends(TrendsContract):
    """In a file."""

    @pytest.fixture
    def storage(self, sqlite_engine: AsyncEngine) -> SqlStorage:
        return SqlStorage(sqlite_engine, base=RUB)

    @pytest.fixture
    def reader(self, sqlite_engine: AsyncEngine) -> SqlTrends:
        return SqlTrends(sqlite_engine, base=RUB)

    async def test_three_statements_read_through_indexes(self, storage: SqlStorage, sqlite_engine: AsyncEngine) -> None:
        """However full the shop is; each reads the rows of its span, and no table as a whole."""
        async with storage.transaction() as tx:
            await fill(tx)
        with count_statements(sqlite_engine) as counter:
            await SqlTrends(sqlite_engine, base=RUB).read(NOW, Span.YEAR)
        assert counter.counts == [3]
        async with sqlite_engine.connect() as connection:
            plans = [
                [row[-1] for row in await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
                for statement, parameters in counter.sent[0]
            ]
        told = "\n".join(line for plan in plans for line in plan)
        for index in (
            "SEARCH payments USING INDEX",
            "idx_users_created_at",
            "idx_users_trial_used_at",
            "idx_users_subscription_end",
            "idx_orders_bought",
        ):
            assert index in told
        assert not {f"SCAN {table}" for table in ("users", "payments", "orders")} & set(told.splitlines())


class TestPostgresTrends(TrendsContract):
    """On a real server."""

    @pytest.fixture
    def storage(self, postgres_engine: AsyncEngine) -> SqlStorage:
        return SqlStorage(postgres_engine, base=RUB)

    @pytest.fixture
    def reader(self, postgres_engine: AsyncEngine) -> SqlTrends:
        return SqlTrends(postgres_engine, base=RUB)

"""Every StatsReader fulfils the contract."""

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from benchmarks.separate_stats import SeparateStats
from orbit_adapters.memory.stats import MemoryStats
from orbit_adapters.memory.storage import MemoryStorage
from orbit_adapters.sql.stats import SqlStats
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.money import RUB
from orbit_testing.contracts.stats import StatsContract


class TestMemoryStats(StatsContract):
    """In one process."""

    @pytest.fixture
    def storage(self) -> MemoryStorage:
        return MemoryStorage(base=RUB)

    @pytest.fixture
    def reader(self, storage: MemoryStorage) -> MemoryStats:
        return MemoryStats(storage)


class TestSqliteStats(StatsContract):
    """In a file."""

    @pytest.fixture
    def storage(self, sqlite_engine: AsyncEngine) -> SqlStorage:
        return SqlStorage(sqlite_engine, base=RUB)

    @pytest.fixture
    def reader(self, sqlite_engine: AsyncEngine) -> SqlStats:
        return SqlStats(sqlite_engine, base=RUB)


class TestPostgresStats(StatsContract):
    """On a real server."""

    @pytest.fixture
    def storage(self, postgres_engine: AsyncEngine) -> SqlStorage:
        return SqlStorage(postgres_engine, base=RUB)

    @pytest.fixture
    def reader(self, postgres_engine: AsyncEngine) -> SqlStats:
        return SqlStats(postgres_engine, base=RUB)


class TestSeparateStats(StatsContract):
    """The reader that the benchmark compares with: slower, with equal results."""

    @pytest.fixture
    def storage(self, sqlite_engine: AsyncEngine) -> SqlStorage:
        return SqlStorage(sqlite_engine, base=RUB)

    @pytest.fixture
    def reader(self, sqlite_engine: AsyncEngine) -> SeparateStats:
        return SeparateStats(sqlite_engine, indexed=True)

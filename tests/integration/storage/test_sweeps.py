"""The sweeps on both databases."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.migrate import migrate
from tests.integration.storage.old_data_contract import OldDataContract
from tests.integration.storage.sweep_contract import SweepContract


class TestSqliteSweeps(SweepContract, OldDataContract):
    """In a file."""

    @pytest.fixture
    def engine(self, sqlite_engine: AsyncEngine) -> AsyncEngine:
        return sqlite_engine


class TestPostgresSweeps(SweepContract, OldDataContract):
    """On a server."""

    @pytest.fixture
    async def engine(self, postgres_url: str) -> AsyncIterator[AsyncEngine]:
        await migrate(postgres_url)
        engine = open_engine(postgres_url)
        yield engine
        await engine.dispose()

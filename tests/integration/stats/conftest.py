"""Engines for the statistics: on a SQLite file and on PostgreSQL."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.migrate import migrate


@pytest.fixture
async def sqlite_engine(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    """An engine on an empty shop's database; it needn't survive a power cut."""
    address = f"sqlite+aiosqlite:///{tmp_path / 'orbit.db'}"
    await migrate(address)
    engine = open_engine(address, durability="OFF")
    yield engine
    await engine.dispose()


@pytest.fixture
async def postgres_engine(postgres_url: str) -> AsyncIterator[AsyncEngine]:
    """An engine on an empty shop's database that is this test's alone."""
    engine = open_engine(postgres_url)
    yield engine
    await engine.dispose()

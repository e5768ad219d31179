"""Engines for the statistics: on a SQLite file and on PostgreSQL."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.migrate import migrate


@pytest.fixture(scope="session")
async def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty shop's database file."""
    file = tmp_path_factory.mktemp("stats") / "orbit.db"
    await migrate(f"sqlite+aiosqlite:///{file}")
    return file


@pytest.fixture
async def sqlite_engine(empty_file: Path, tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    """An engine on an empty shop's database; it needn't survive a power cut."""
    file = tmp_path / "orbit.db"
    shutil.copy(empty_file, file)
    engine = open_engine(f"sqlite+aiosqlite:///{file}", durability="OFF")
    yield engine
    await engine.dispose()


@pytest.fixture
async def postgres_engine(postgres_url: str) -> AsyncIterator[AsyncEngine]:
    """An engine on an empty shop's database that is this test's alone."""
    engine = open_engine(postgres_url)
    yield engine
    await engine.dispose()

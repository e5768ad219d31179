"""Databases for the tests: a SQLite file copied from a migrated template."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.migrate import migrate
from orbit_adapters.sql.storage import SqlStorage


@pytest.fixture(scope="session")
async def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty shop's database file."""
    file = tmp_path_factory.mktemp("template") / "orbit.db"
    await migrate(f"sqlite+aiosqlite:///{file}")
    return file


@pytest.fixture
def sqlite_url(template: Path, tmp_path: Path) -> str:
    """The address of a fresh database."""
    file = tmp_path / "orbit.db"
    shutil.copy(template, file)
    return f"sqlite+aiosqlite:///{file}"


@pytest.fixture
async def sqlite_engine(sqlite_url: str) -> AsyncIterator[AsyncEngine]:
    """An engine on a fresh database; it needn't survive a power cut."""
    engine = open_engine(sqlite_url, durability="OFF")
    yield engine
    await engine.dispose()


@pytest.fixture
def sqlite_storage(sqlite_engine: AsyncEngine) -> SqlStorage:
    """An empty storage in SQLite."""
    return SqlStorage(sqlite_engine)

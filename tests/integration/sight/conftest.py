"""Empty shops' databases: a SQLite file, and engines on one and on PostgreSQL."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.migrate import migrate


@pytest.fixture(scope="session")
async def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty shop's database file, to copy."""
    file = tmp_path_factory.mktemp("sight") / "orbit.db"
    await migrate(f"sqlite+aiosqlite:///{file}")
    return file


@pytest.fixture
def file(template: Path, tmp_path: Path) -> Path:
    """A database file of this test's own."""
    return Path(shutil.copy(template, tmp_path / "orbit.db"))


@pytest.fixture
async def sqlite_engine(file: Path) -> AsyncIterator[AsyncEngine]:
    """It needn't survive a power cut."""
    engine = open_engine(f"sqlite+aiosqlite:///{file}", durability="OFF")
    yield engine
    await engine.dispose()


@pytest.fixture
async def postgres_engine(postgres_url: str) -> AsyncIterator[AsyncEngine]:
    """On a database that is this test's alone."""
    engine = open_engine(postgres_url)
    yield engine
    await engine.dispose()

"""Databases to copy from and to: shops in SQLite files and in PostgreSQL."""

import shutil
from pathlib import Path

import pytest

from orbit_adapters.sql.migrate import migrate
from tests.integration.database_copy.populated_shop import populate


@pytest.fixture(scope="session")
async def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty shop's database file."""
    file = tmp_path_factory.mktemp("database_copy") / "empty.db"
    await migrate(f"sqlite+aiosqlite:///{file}")
    return file


@pytest.fixture(scope="session")
async def populated_file(empty_file: Path) -> Path:
    """The file of a shop that has been open for a while; not to be written to."""
    file = empty_file.with_name("populated.db")
    shutil.copy(empty_file, file)
    await populate(f"sqlite+aiosqlite:///{file}")
    return file


@pytest.fixture
def shop_file(populated_file: Path, tmp_path: Path) -> Path:
    """A copy of that shop that is this test's alone."""
    file = tmp_path / "shop.db"
    shutil.copy(populated_file, file)
    return file


@pytest.fixture
def sqlite_target(empty_file: Path, tmp_path: Path) -> str:
    """The address of an empty shop in SQLite."""
    file = tmp_path / "target.db"
    shutil.copy(empty_file, file)
    return f"sqlite+aiosqlite:///{file}"


@pytest.fixture(params=["sqlite", "postgres"])
def target(request: pytest.FixtureRequest) -> str:
    """The address of an empty shop, in each kind of database."""
    return str(request.getfixturevalue("sqlite_target" if request.param == "sqlite" else "postgres_url"))

"""Shops to back up, and what makes their backups."""

import shutil
from pathlib import Path

import pytest

from orbit_adapters.backup.age_keys import Identity, throwaway_key
from orbit_adapters.sql.migrate import migrate
from tests.integration.backup.backed_up_shop import BackedUpShop
from tests.integration.database_copy.populated_shop import populate


@pytest.fixture(scope="session")
async def populated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a shop that has been open for a while; not to be written to."""
    file = tmp_path_factory.mktemp("backup") / "orbit.db"
    await migrate(f"sqlite+aiosqlite:///{file}")
    await populate(f"sqlite+aiosqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def owner_key() -> Identity:
    """The owner's secret key."""
    return throwaway_key()


@pytest.fixture
def shop(populated_file: Path, tmp_path: Path, owner_key: Identity) -> BackedUpShop:
    """A shop in an SQLite file that is this test's alone."""
    shutil.copy(populated_file, tmp_path / "orbit.db")
    return BackedUpShop(f"sqlite+aiosqlite:///{tmp_path / 'orbit.db'}", tmp_path, owner_key)


@pytest.fixture
async def postgres_shop(postgres_url: str, tmp_path: Path, owner_key: Identity) -> BackedUpShop:
    """The same on PostgreSQL."""
    await populate(postgres_url)
    return BackedUpShop(postgres_url, tmp_path, owner_key)


@pytest.fixture(params=["shop", "postgres_shop"])
def any_shop(request: pytest.FixtureRequest) -> BackedUpShop:
    """A shop in each kind of database."""
    shop: BackedUpShop = request.getfixturevalue(request.param)
    return shop

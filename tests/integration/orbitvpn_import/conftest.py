"""An OrbitVPN database to import from, and the empty shops to import into."""

from collections.abc import AsyncIterator

import pytest

from tests.integration.database_copy.conftest import empty_file, sqlite_target, target  # noqa: F401 - fixtures
from tests.integration.orbitvpn_import.orbitvpn_database import OrbitvpnDatabase
from tests.support.servers.databases import Databases


@pytest.fixture
async def orbitvpn(databases: Databases) -> AsyncIterator[OrbitvpnDatabase]:
    """An OrbitVPN database without rows, and without any of our tables."""
    async with databases.fresh("template0") as url:
        database = OrbitvpnDatabase(url)
        await database.open()
        yield database
        await database.close()

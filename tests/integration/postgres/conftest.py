"""A town on an empty database of the session's PostgreSQL."""

from collections.abc import AsyncIterator

import pytest

from tests.integration.postgres.town import Town


@pytest.fixture
async def town(postgres_url: str) -> AsyncIterator[Town]:
    town = Town(postgres_url)
    yield town
    await town.close()

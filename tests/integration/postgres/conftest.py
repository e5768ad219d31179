"""A contended shop on an empty database of the session's PostgreSQL."""

from collections.abc import AsyncIterator

import pytest

from tests.integration.postgres.contended_shop import ContendedShop


@pytest.fixture
async def contended_shop(postgres_url: str) -> AsyncIterator[ContendedShop]:
    contended_shop = ContendedShop(postgres_url)
    yield contended_shop
    await contended_shop.close()

"""What the tests of this folder share."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.crash.shops import Nursery, open_nursery
from tests.integration.scale.town import Town, open_town


@pytest.fixture(scope="session")
async def nursery() -> AsyncIterator[Nursery]:
    """One for all tests: it takes seconds to load."""
    async with open_nursery() as warm:
        yield warm


@pytest.fixture
async def town(nursery: Nursery, tmp_path: Path, postgres_url: str) -> AsyncIterator[Town]:
    """Two bots and two workers, at work."""
    async with open_town(nursery, tmp_path, postgres_url) as fresh:
        yield fresh


@pytest.fixture
async def small_town(nursery: Nursery, tmp_path: Path, postgres_url: str) -> AsyncIterator[Town]:
    """One bot and one worker, each a process of its own."""
    async with open_town(nursery, tmp_path, postgres_url, bots=1, workers=1) as fresh:
        yield fresh

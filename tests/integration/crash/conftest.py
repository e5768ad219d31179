"""What the tests of this folder share."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.crash.shops import Nursery, open_nursery
from tests.integration.crash.street import Street, open_street


@pytest.fixture(scope="session")
async def nursery() -> AsyncIterator[Nursery]:
    """One for all tests: it takes seconds to load."""
    async with open_nursery() as warm:
        yield warm


@pytest.fixture
async def street(nursery: Nursery, tmp_path: Path) -> AsyncIterator[Street]:
    """A street with an open shop."""
    async with open_street(nursery, tmp_path) as fresh:
        await fresh.open()
        yield fresh

"""Fixtures of the Marzban tests."""

from collections.abc import AsyncIterator, Iterator

import pytest
import stamina

from tests.integration.marzban.harness import PanelHarness


@pytest.fixture(autouse=True)
def _retries_without_waiting() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


@pytest.fixture
async def harness() -> AsyncIterator[PanelHarness]:
    """The demo's panel inside this process."""
    harness = PanelHarness()
    async with harness.http:
        yield harness

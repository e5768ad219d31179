"""Fixtures of the Marzban tests."""

from collections.abc import AsyncIterator, Iterator

import pytest
import stamina

from tests.integration.marzban.rig import Rig


@pytest.fixture(autouse=True)
def _retries_without_waiting() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    """The demo's panel in this process."""
    rig = Rig()
    async with rig.http:
        yield rig

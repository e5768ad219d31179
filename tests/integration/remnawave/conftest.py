"""Fixtures of the Remnawave tests."""

from collections.abc import AsyncIterator, Iterator

import pytest
import stamina

from orbit_domain.access.account import Account
from orbit_sandbox.remnawave.sim_remnawave import V2, V3
from tests.integration.remnawave.harness import PanelHarness, month_in_helsinki


@pytest.fixture(autouse=True)
def _retries_without_waiting() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


@pytest.fixture
def wanted() -> Account:
    """The account that most tests are about."""
    return month_in_helsinki()


@pytest.fixture(params=[V2, V3])
async def harness(request: pytest.FixtureRequest) -> AsyncIterator[PanelHarness]:
    """The demo's panel inside this process, once of each version."""
    harness = PanelHarness(request.param)
    async with harness.http:
        yield harness

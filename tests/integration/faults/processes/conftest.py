"""Fork server and shops of real processes."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.faults.processes.cluster import Cluster, open_cluster
from tests.integration.faults.processes.shop_process import ForkServer, open_fork_server
from tests.integration.faults.processes.single_process import SingleProcessShop, open_single_process


@pytest.fixture(scope="session")
async def fork_server() -> AsyncIterator[ForkServer]:
    """One for all tests: it takes seconds to load."""
    async with open_fork_server() as warm:
        yield warm


@pytest.fixture
async def single_process(fork_server: ForkServer, tmp_path: Path) -> AsyncIterator[SingleProcessShop]:
    """One shop in one process, open."""
    async with open_single_process(fork_server, tmp_path) as fresh:
        await fresh.open()
        yield fresh


@pytest.fixture
async def cluster(fork_server: ForkServer, tmp_path: Path, postgres_url: str) -> AsyncIterator[Cluster]:
    """Two bots and two workers, ready."""
    async with open_cluster(fork_server, tmp_path, postgres_url) as fresh:
        yield fresh


@pytest.fixture
async def small_cluster(fork_server: ForkServer, tmp_path: Path, postgres_url: str) -> AsyncIterator[Cluster]:
    """One bot and one worker, each a process of its own."""
    async with open_cluster(fork_server, tmp_path, postgres_url, bots=1, workers=1) as fresh:
        yield fresh

"""However a test run ends, its servers end with it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.servers.watchdog import eventually, lives

pytestmark = pytest.mark.servers  # The process that it starts opens them.

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = """
import asyncio, sys
from tests.support.servers.opening import own_postgres, own_redis

async def main():
    server = own_postgres() if sys.argv[1] == "postgres" else own_redis()
    await server.start()
    print(server.pid, server.folder, flush=True)
    if sys.argv[2] == "hang":
        await asyncio.Event().wait()

asyncio.run(main())
"""


def run_tests_that(end: str, server: str) -> tuple[int, Path]:
    """Start a server in a process that then ends in this way; the server's process id and folder."""
    command = [sys.executable, "-c", SCRIPT, server, end]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as tests:
        assert tests.stdout is not None
        pid, folder = tests.stdout.readline().split()
        if end == "hang":
            assert lives(int(pid))
            tests.kill()
    return int(pid), Path(folder)


@pytest.mark.parametrize("server", ["postgres", "redis"])
@pytest.mark.parametrize("end", ["hang", "forget"])
async def test_no_server_outlives_its_tests(server: str, end: str) -> None:
    """Killed or ended without cleaning up, a test run takes its servers and their files along."""
    pid, folder = run_tests_that(end, server)
    assert await eventually(lambda: not lives(pid) and not folder.exists(), timeout_s=30)

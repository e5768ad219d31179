"""A Redis of the tests, which they may stop, pause and empty."""

import os
import secrets
import signal
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from redis.asyncio import Redis
from redis.exceptions import AuthenticationError

from tests.support.servers.server_discovery import Installation
from tests.support.servers.watchdog import ServerFailed, Watchdog, WatchedProcess, eventually, free_port

_ATTEMPTS = 5


class RedisServer:
    """One server that keeps nothing on disk, on a port of the kernel's choice, and dies with the tests.

    The port survives `stop` and `start`; the keys don't.
    """

    def __init__(self, installation: Installation, *, port: int = 0) -> None:
        self.installation = installation
        self.folder = Path(tempfile.mkdtemp(prefix="orbit-redis-"))
        self._watchdog = Watchdog(self.folder)
        self._process = WatchedProcess(self._watchdog, self.folder / "log")
        self._password = secrets.token_urlsafe(16)
        self._port = port

    @property
    def url(self) -> str:
        """The address of its first database."""
        return f"redis://:{self._password}@127.0.0.1:{self._port}/0"

    @property
    def pid(self) -> int:
        """Its process id, 0 when it doesn't run."""
        return self._process.pid

    async def start(self) -> None:
        """Start it empty, and wait until it answers. Raises ServerFailed."""
        for _ in range(_ATTEMPTS):  # Another process may have taken the port meanwhile.
            port = self._port or free_port()
            # The settings go through its input, because every user may read a command line.
            self._process.start(
                [self.installation.folder / "redis-server", "-"], stdin=self._settings(port), env={"PATH": os.defpath}
            )
            if await eventually(lambda: _accepts(port) or not self.pid, timeout_s=30) and self.pid:  # noqa: B023
                self._port = port
                await self._check_identity()
                return
            await self._process.kill()
        raise ServerFailed(f"Redis in {self.installation.folder} did not start:\n{self._process.log_end()}")

    async def stop(self) -> None:
        """Stop it; its keys are gone."""
        self.resume()
        self._process.send_signal(signal.SIGTERM)
        await self._process.gone(timeout_s=10)
        await self._process.kill()

    def pause(self) -> None:
        """Let it hang: it accepts connections and never answers."""
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """End the pause: commands sent meanwhile are answered."""
        self._process.send_signal(signal.SIGCONT)

    async def flush(self) -> None:
        """Remove every key. Raises ServerFailed when another server answers in its place."""
        await self._check_identity()
        async with client(self.url) as redis:
            await redis.flushall()

    async def close(self) -> None:
        """Stop it and remove its files."""
        await self.stop()
        self._watchdog.dismiss()

    async def __aenter__(self) -> Self:
        try:
            await self.start()
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def _settings(self, port: int) -> bytes:
        lines = (f"port {port}", "bind 127.0.0.1", f"requirepass {self._password}", "appendonly no", 'save ""')
        return "\n".join((*lines, f"dir {self.folder}", "daemonize no", "")).encode()

    async def _check_identity(self) -> None:
        try:
            async with client(self.url) as redis:
                answered = (await redis.info("server"))["process_id"]
        except AuthenticationError as error:
            raise ServerFailed(f"a server that isn't ours answers on port {self._port}: {error}") from error
        if answered != self.pid:
            raise ServerFailed(f"process {answered} answers on port {self._port}, not our {self.pid}")


@asynccontextmanager
async def client(url: str) -> AsyncIterator[Redis]:
    """A connection to the server at *url* for a few commands."""
    redis = Redis.from_url(url, decode_responses=True)
    try:
        yield redis
    finally:
        await redis.aclose()


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0

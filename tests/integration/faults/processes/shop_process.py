"""Real shop processes that a test starts, kills and starts again."""

import asyncio
import json
import os
import select
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

_FORK_SERVER = Path(__file__).with_name("fork_server.py")
ALL = ("bot", "worker", "web")


@dataclass
class ForkServer:
    """A process that has loaded everything and forks shop processes, one request at a time."""

    process: asyncio.subprocess.Process
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def spawn(self, environment: dict[str, str], roles: tuple[str, ...]) -> int:
        """Start a shop process with *roles*; its pid."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        async with self.lock:
            self.process.stdin.write(json.dumps({"environment": environment, "roles": roles}).encode() + b"\n")
            await self.process.stdin.drain()
            return int(await self.process.stdout.readline())


@dataclass
class ShopProcess:
    """One shop process, which can be started again after its end with the same `environment` and `roles`."""

    fork_server: ForkServer
    environment: dict[str, str]
    roles: tuple[str, ...] = ALL
    pid: int | None = None
    kills: list[int] = field(default_factory=list)

    async def start(self) -> None:
        """Start it. It works as soon as it answers customers."""
        assert self.pid is None
        self.pid = await self.fork_server.spawn(self.environment, self.roles)

    async def kill(self) -> None:
        """SIGKILL, and wait until the process is gone."""
        await self.end(signal.SIGKILL)

    async def end(self, number: signal.Signals) -> float:
        """Send a signal to the process, which must be alive, and wait until it is gone: how many seconds that took."""
        assert self.pid is not None
        pid, self.pid = self.pid, None
        self.kills.append(pid)
        return await asyncio.to_thread(_end, pid, number)

    async def close(self) -> None:
        """Kill it if it runs."""
        if self.pid is not None:
            await self.kill()


def _end(pid: int, number: signal.Signals) -> float:
    """The process isn't our child, so its end is read from a descriptor of it."""
    descriptor = os.pidfd_open(pid)
    try:
        begin = time.monotonic()
        signal.pidfd_send_signal(descriptor, number)
        select.select([descriptor], [], [])
        return time.monotonic() - begin
    finally:
        os.close(descriptor)


@asynccontextmanager
async def open_fork_server() -> AsyncIterator[ForkServer]:
    """A fork server that is ready. The caller closes the processes that it starts."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(_FORK_SERVER),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={key: value for key, value in os.environ.items() if not key.startswith(("ORBIT_", "BOT_"))},
    )
    try:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
        yield ForkServer(process)
    finally:
        process.terminate()
        await process.wait()

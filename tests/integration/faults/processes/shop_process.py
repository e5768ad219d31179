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

_NURSERY = Path(__file__).with_name("nursery.py")
ALL = ("bot", "worker", "web")


@dataclass
class ForkServer:
    """A process that has loaded everything and forks shops; one asks at a time."""

    process: asyncio.subprocess.Process
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def spawn(self, environment: dict[str, str], roles: tuple[str, ...]) -> int:
        """Start a shop with *doors* and answer its pid."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        async with self.turn:
            self.process.stdin.write(json.dumps({"environment": environment, "doors": roles}).encode() + b"\n")
            await self.process.stdin.drain()
            return int(await self.process.stdout.readline())


@dataclass
class ShopProcess:
    """One place for a shop process; `environment` and `roles` are what each gets. At most one lives at a time."""

    fork_server: ForkServer
    environment: dict[str, str]
    roles: tuple[str, ...] = ALL
    pid: int | None = None
    kills: list[int] = field(default_factory=list)

    async def start(self) -> None:
        """Start a shop. It works as soon as it answers customers."""
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
        """Leave nobody behind."""
        if self.pid is not None:
            await self.kill()


def _end(pid: int, number: signal.Signals) -> float:
    """The nursery's children aren't ours, so the kernel is asked through a descriptor of the process."""
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
    """A warm nursery. Whoever starts shops in it closes them."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(_NURSERY),
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

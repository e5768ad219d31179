"""Real shop processes that a test starts, kills and starts again."""

import asyncio
import json
import os
import select
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

_NURSERY = Path(__file__).with_name("nursery.py")


@dataclass
class Shops:
    """One place for a shop process; `environment` and `doors` are what each gets. At most one lives at a time."""

    nursery: asyncio.subprocess.Process
    environment: dict[str, str]
    doors: tuple[str, ...] = ("bot", "worker", "web")
    pid: int | None = None
    kills: list[int] = field(default_factory=list)

    async def start(self) -> None:
        """Start a shop. It works as soon as it answers customers."""
        assert self.nursery.stdin is not None
        assert self.nursery.stdout is not None
        asked = {"environment": self.environment, "doors": self.doors}
        self.nursery.stdin.write(json.dumps(asked).encode() + b"\n")
        await self.nursery.stdin.drain()
        self.pid = int(await self.nursery.stdout.readline())

    async def kill(self) -> None:
        """SIGKILL, and wait until the process is gone."""
        await self.end(signal.SIGKILL)

    async def end(self, number: signal.Signals) -> None:
        """Send a signal and wait until the process is gone."""
        assert self.pid is not None
        pid, self.pid = self.pid, None
        os.kill(pid, number)
        self.kills.append(pid)
        await asyncio.to_thread(_wait_until_gone, pid)


def _wait_until_gone(pid: int) -> None:
    """The nursery's children aren't ours, so the kernel is asked through a descriptor of the process."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        select.select([descriptor], [], [])
    finally:
        os.close(descriptor)


@asynccontextmanager
async def open_nursery(environment: dict[str, str]) -> AsyncIterator[Shops]:
    """A warm nursery; whatever still lives is killed when the block ends."""
    nursery = await asyncio.create_subprocess_exec(
        sys.executable,
        str(_NURSERY),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={key: value for key, value in os.environ.items() if not key.startswith(("ORBIT_", "BOT_"))},
    )
    assert nursery.stdout is not None
    assert await nursery.stdout.readline() == b"ready\n"
    shops = Shops(nursery, environment)
    try:
        yield shops
    finally:
        if shops.pid is not None:
            await shops.kill()
        nursery.terminate()
        await nursery.wait()

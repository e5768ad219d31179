"""A bot in a process of its own, measured by the kernel: processor time, memory, answers."""

import asyncio
import os
import socket
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from json import dumps
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.bot_api_stub import BotApiStub
from orbit_entry.demo.environment import sandbox_settings
from orbit_sandbox.sandbox import Sandbox

SECRET = "a-secret-of-the-benchmark"
PATH = "/telegram/webhook"
_READY_S, _ANSWERED_S = 60, 60


class NotReady(Exception):
    """The process didn't listen in time, or ended; the text is what it wrote."""


@dataclass(frozen=True, slots=True)
class BotProcess:
    """A bot that gets its updates at the webhook of *port* and answers to *stub*."""

    name: str
    process: Process
    port: int
    stub: BotApiStub
    ready_cpu_s: float

    def cpu_s(self) -> float:
        """The processor time that the kernel has counted for it."""
        return cpu_of(self.process.pid)

    def memory_mb(self) -> float:
        """What it holds in memory now."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    async def send(self, updates: Sequence[Mapping[str, Any]], at_once: int = 1) -> float:
        """Send *updates*, so many *at_once*; returns the seconds until the last is answered. Raises TimeoutError."""
        self.stub.expect(len(updates))
        begin = perf_counter()
        waiting = iter(updates)
        async with asyncio.timeout(_ANSWERED_S), asyncio.TaskGroup() as group:
            for _ in range(min(at_once, len(updates))):
                group.create_task(self._send_all(waiting, alone=at_once == 1))
            group.create_task(self._answered())
        return perf_counter() - begin

    async def _answered(self) -> None:
        await self.stub.all.wait()

    async def _send_all(self, waiting: Iterator[Mapping[str, Any]], *, alone: bool) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        for update in waiting:
            self.stub.next.clear()
            body = dumps(update).encode()
            # As Telegram does, what wasn't taken is sent again.
            while not await is_taken(reader, writer, body, self.stub):
                self.stub.sent_again += 1
            if alone:
                # The echo acknowledges before it answers.
                await self.stub.next.wait()
        writer.close()


async def is_taken(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, body: bytes, stub: BotApiStub) -> bool:
    """Post an update; False for "send it again". What its answer asks for, *stub* does. Raises NotReady."""
    writer.write(
        f"POST {PATH} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
        f"x-telegram-bot-api-secret-token: {SECRET}\r\ncontent-length: {len(body)}\r\n\r\n".encode()
        + body
    )
    head = await reader.readuntil(b"\r\n\r\n")
    length = head.lower().split(b"content-length:")
    reply = await reader.readexactly(int(length[1].split(b"\r\n", 1)[0])) if len(length) > 1 else b""
    status = head.split(b" ", 2)[1]
    if status not in (b"200", b"503"):
        raise NotReady(head.decode(errors="replace"))
    if status == b"200":
        stub.perform_reply(reply)
    return status == b"200"


def shop_environment(
    outside: str, sandbox: Sandbox, folder: Path, database: str, redis_url: str, api: str, port: int
) -> dict[str, str]:
    """The environment of a shop at *database* behind the webhook of *port*: Telegram is the stub at *api*, everything
    else the sandbox at *outside*."""
    given = {
        **sandbox_settings(outside, sandbox, folder, None),
        "DATABASE_URL": database,
        "REDIS_URL": redis_url,
        "ORBIT_TELEGRAM_API_URL": api,
        "ORBIT_WEBHOOK_URL": f"https://127.0.0.1:{port}",
        "ORBIT_WEBHOOK_SECRET": SECRET,
        "ORBIT_WEB_PORT": port,
        "RATE_LIMIT_MAX_REQUESTS": 10_000,
    }
    return {key: str(value) for key, value in given.items() if value is not None and value != ""}


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def cpu_of(pid: int) -> float:
    """User and system time of a running process, in seconds.

    Its own clock counts nanoseconds; stat of proc(5) only hundredths of a second, 3 % of a round. Source of the number:
    clock_getcpuclockid(3), as Linux makes it.
    """
    return time.clock_gettime(~pid << 3 | 2)


@asynccontextmanager
async def bot_process(
    name: str, stub: BotApiStub, port: int, command: Sequence[str], environment: Mapping[str, str], folder: Path
) -> AsyncIterator[BotProcess]:
    """Run *command* while the block runs. Raises NotReady."""
    with (folder / f"{name}.log".replace(" ", "-")).open("w+b") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", *command, cwd=folder, env={**os.environ, **environment}, stdout=log, stderr=log
        )
        try:
            try:
                await _listening(process, port)
            except NotReady:
                log.seek(0)
                raise NotReady(log.read().decode(errors="replace")[-2000:]) from None
            yield BotProcess(name, process, port, stub, cpu_of(process.pid))
        finally:
            process.terminate()
            await asyncio.wait_for(process.wait(), 20)


async def _listening(process: Process, port: int) -> None:
    deadline = perf_counter() + _READY_S
    while perf_counter() < deadline and process.returncode is None:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.02)
        else:
            writer.close()
            return
    raise NotReady

"""Processes that don't outlive the tests, however the tests end."""

import asyncio
import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

# Reads process ids until its input ends, which happens even when the tests are killed; then cleans up.
_WATCHDOG = """
pid=0
while read -r line; do pid=$line; done
[ "$pid" -gt 1 ] && kill -KILL -"$pid" 2>/dev/null
rm -rf -- "$@"
"""
_POLL_S = 0.02
_FIRST_PORT, _PORTS = 10_000, 20_000


class ServerFailed(Exception):
    """A server did not start, or another one answers in its place. The message holds the end of its log."""


class Watchdog:
    """A shell that waits for the end of the tests, then kills the last watched process group and removes *folders*."""

    def __init__(self, *folders: Path) -> None:
        self._shell = subprocess.Popen(
            ["/bin/sh", "-c", _WATCHDOG, "watchdog", *map(str, folders)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
        )

    def watch(self, pid: int) -> None:
        """From now on *pid* leads the group to be killed; 0 when there is none."""
        assert self._shell.stdin is not None
        self._shell.stdin.write(f"{pid}\n".encode())
        self._shell.stdin.flush()

    def dismiss(self) -> None:
        """Let it clean up now, and wait until that is done."""
        assert self._shell.stdin is not None
        self._shell.stdin.close()
        self._shell.wait()


class WatchedProcess:
    """A server's process: started in a group of its own, watched by *watchdog*, its output kept in *log*."""

    def __init__(self, watchdog: Watchdog, log: Path) -> None:
        self._watchdog = watchdog
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The running server's process id, 0 when none runs."""
        return self._process.pid if self._process is not None and self._process.poll() is None else 0

    def start(self, command: Sequence[str | Path], *, stdin: bytes = b"", **options: Any) -> None:
        """Start *command* with *stdin* on its input; *options* are those of `subprocess.Popen`."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True, **options
            )
        self._watchdog.watch(self._process.pid)
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # It may have refused to start; the caller checks whether it runs.
            self._process.stdin.write(stdin)
            self._process.stdin.close()

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal to the server; nothing happens when it is gone already."""
        if self._process is not None:
            self._process.send_signal(number)

    async def gone(self, timeout_s: float) -> bool:
        """Wait until it has ended; False when it hasn't in time."""
        return await eventually(lambda: not self.pid, timeout_s)

    async def kill(self) -> None:
        """End the whole group at once and wait until the server is gone."""
        if self.pid:
            with contextlib.suppress(ProcessLookupError):  # It ended by itself meanwhile.
                os.killpg(self.pid, signal.SIGKILL)
            await self.gone(timeout_s=10)
        self._watchdog.watch(0)

    def log_end(self, lines: int = 12) -> str:
        """The end of its log, for error messages."""
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-lines:])


async def eventually(holds: Callable[[], bool], timeout_s: float) -> bool:
    """Whether *holds* became true in time, checked fifty times a second."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(timeout_s):
            while not holds():  # noqa: ASYNC110 - another process has no event to await
                await asyncio.sleep(_POLL_S)
            return True
    return holds()


def lives(pid: int) -> bool:
    """Whether the process exists and isn't a zombie."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except ProcessLookupError:
        return False
    except FileNotFoundError:  # It ended between the two reads, or this system has no /proc.
        return not Path("/proc/self").exists()


def free_port() -> int:
    """A port at which nobody listens, drawn below those that the kernel gives to outgoing connections.

    Such a connection of another test would take the kernel's own answer away before it is used.
    """
    while True:
        port = _FIRST_PORT + secrets.randbelow(_PORTS)
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port


def data_folder(room_bytes: int, memory: Path = Path("/dev/shm")) -> Path:
    """Where a server's files should be: in memory when there is room, else in the folder for temporary files."""
    if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free >= room_bytes:
        return memory
    return Path(tempfile.gettempdir())

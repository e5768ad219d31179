"""A backup in a process of its own, watched from outside: when its steps end, its processor time and its memory."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from benchmarks.bot_process import cpu_of
from orbit_domain.backup.progress import BackupPhase

_LOOK_S = 0.05
_PATH = [one for one in sys.path if one] + [str(Path.cwd())]
"""The process has another folder: the settings of a shop that lie in this one aren't its."""


class BackupFailed(Exception):
    """It ended badly, or its ledger has findings; the text is what it wrote."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What the kernel has counted for the process so far. Of its memory this is the peak."""

    cpu_s: float = 0.0
    peak_mb: float = 0.0
    written_mb: float = 0.0


@dataclass(slots=True)
class WatchedBackup:
    """When it began, when its dump was done and the restore went on, when its load and all of it were done, by the
    clock; what was spent on the dump, and on all of it."""

    began: float
    dumped: float = 0.0
    restoring: float = 0.0
    loaded: float = 0.0
    ended: float = 0.0
    dump: Spent = Spent()
    spent: Spent = Spent()


async def watch_backup(environment: Mapping[str, str], folder: Path, rest_s: float) -> WatchedBackup:
    """Make a backup of the shop of *environment*, with *folder* as the current one; it rests before it is verified.

    Raises BackupFailed.
    """
    pipe = asyncio.subprocess.PIPE
    watched = WatchedBackup(perf_counter())
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.backup_run"),
        cwd=folder, env={**os.environ, **environment, "PYTHONPATH": os.pathsep.join(_PATH)}, stdout=pipe, stderr=pipe,
    )  # fmt: skip
    try:
        async with asyncio.TaskGroup() as group:
            looking = group.create_task(_look(process.pid, watched))
            marks = group.create_task(_read_marks(process, watched, rest_s))
            said = group.create_task(_rest(process))
            await process.wait()
            watched.ended = perf_counter()
            await marks
            looking.cancel()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise BackupFailed(said.result()[-2_000:])
    return watched


async def _look(pid: int, watched: WatchedBackup) -> None:
    while True:
        with suppress(OSError, IndexError):  # It has ended.
            watched.spent = _spent(pid)
        if not watched.dumped:
            watched.dump = watched.spent
        await asyncio.sleep(_LOOK_S)


def _spent(pid: int) -> Spent:
    """Source: proc(5), VmHWM of status and write_bytes of io."""
    folder = Path(f"/proc/{pid}")
    peak_kib = int((folder / "status").read_text().split("VmHWM:")[1].split()[0])
    written = int((folder / "io").read_text().split("\nwrite_bytes:")[1].split()[0])
    return Spent(cpu_of(pid), peak_kib / 1024, written / 1_000_000)


async def _read_marks(process: asyncio.subprocess.Process, watched: WatchedBackup, rest_s: float) -> None:
    """A line when each phase begins. Before the restore the process waits to be woken."""
    assert process.stdout is not None
    async for line in process.stdout:
        phase = line.decode().strip()
        if phase == BackupPhase.RESTORING:
            watched.dumped = perf_counter()
            await asyncio.sleep(rest_s)
            watched.restoring = perf_counter()
            process.send_signal(signal.SIGCONT)
        elif phase == BackupPhase.COMPARING:
            watched.loaded = perf_counter()


async def _rest(process: asyncio.subprocess.Process) -> str:
    assert process.stderr is not None
    return (await process.stderr.read()).decode(errors="replace")

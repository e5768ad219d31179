"""Backups are made by a process of their own, at low priority: a tap isn't slower for them."""

import asyncio
import os
import sys
import time
from collections.abc import Sequence
from contextlib import suppress

import structlog

from orbit_adapters.backup.folder import BackupFolder
from orbit_adapters.backup.progress_file import ProgressFile
from orbit_domain.backup.backup import Backup, FailedBackup
from orbit_domain.backup.ports import BackupPlace
from orbit_domain.backup.progress import BackupProgress

_CREATE = ("-m", "orbit_entry", "backup", "create")
SCHEDULED, ASKED_FOR = (*_CREATE, "--scheduled"), (*_CREATE, "--asked-for")
NOT_COPIED = 3
"""The exit code of `orbit backup create` when the backup is good, and a copy of it isn't where it should be."""

_ENDS_WITHIN_S = 3.0
_SAID_CHARS = 500
_SAY_AGAIN_S = 3_600

log = structlog.get_logger()


class BackupProcess:
    """The folder of the backups of *shop*, and the command that fills it, with this process's environment.

    *place* is where the owner has put the folder. *command* stands in for both of the worker's commands.
    """

    def __init__(
        self,
        folder: BackupFolder,
        shop: str,
        *,
        has_key: bool,
        place: BackupPlace = BackupPlace.DATA,
        command: Sequence[str] | None = None,
    ) -> None:
        self._folder = folder
        self._shop = shop
        self._has_key = has_key
        self._place = place
        self._command = command
        self._said_at = -float(_SAY_AGAIN_S)

    @property
    def is_set_up(self) -> bool:
        """Whether there is a key to encrypt to."""
        return self._has_key

    async def is_busy(self) -> bool:
        """Whether some process makes or verifies one just now."""
        return await asyncio.to_thread(self._folder.is_locked)

    async def all(self) -> tuple[Backup, ...]:
        """Every backup of this shop, newest first."""
        return await asyncio.to_thread(self._folder.all, self._shop)

    async def failed(self) -> FailedBackup | None:
        """The newest try that left no backup, if none was made since."""
        return await asyncio.to_thread(self._folder.failed)

    async def place(self) -> BackupPlace:
        """Where they lie."""
        is_readable = await asyncio.to_thread(os.access, self._folder.path, os.R_OK | os.X_OK)
        return self._place if is_readable else BackupPlace.UNSEEN

    async def progress(self) -> BackupProgress | None:
        """How far the one is that is being made just now."""
        return await asyncio.to_thread(self._progress)

    def _progress(self) -> BackupProgress | None:
        kept = ProgressFile(self._folder.path).read()
        return kept if kept is not None and self._folder.is_locked() else None

    async def make(self, *, is_asked_for: bool = False) -> bool:
        """Make one, and wait for it; the log says how it went. False: there is no key, or another process makes one."""
        if not self._has_key:
            self._say_that_nothing_is_made()
            return False
        if await self.is_busy():
            return False
        await self._run(self._command or (ASKED_FOR if is_asked_for else SCHEDULED))
        return True

    async def _run(self, command: Sequence[str]) -> None:
        quiet, pipe = asyncio.subprocess.DEVNULL, asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(sys.executable, *command, stdin=quiet, stdout=quiet, stderr=pipe)
        try:
            _, said = await process.communicate()
        finally:
            await _end(process)
        words = " ".join(said.decode("utf-8", "replace").split())[-_SAID_CHARS:]
        if process.returncode == NOT_COPIED:
            log.warning("backup_not_copied", said=words)
        elif process.returncode:
            log.warning("backup_failed", said=words)
        else:
            log.info("backup_made")

    def _say_that_nothing_is_made(self) -> None:
        """Once an hour, as loud as a log can be."""
        if time.monotonic() - self._said_at >= _SAY_AGAIN_S:
            self._said_at = time.monotonic()
            log.warning("nothing_is_backed_up", reason="ORBIT_BACKUP_PUBLIC_KEY isn't set", next="orbit backup key")


async def _end(process: asyncio.subprocess.Process) -> None:
    """End *process* if it still runs: this one stops, or the run was cancelled. What it has half-made, it removes."""
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), _ENDS_WITHIN_S)
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()

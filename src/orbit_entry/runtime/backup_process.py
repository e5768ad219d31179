"""Backups are made by a process of their own, at low priority: a tap isn't slower for them."""

import asyncio
import sys
import time
from collections.abc import Sequence
from contextlib import suppress

import structlog

from orbit_adapters.backup.folder import BackupFolder
from orbit_domain.backup.backup import Backup, FailedBackup

SCHEDULED = ("-m", "orbit_entry", "backup", "create", "--scheduled")
_ENDS_WITHIN_S = 3.0
_SAID_CHARS = 500
_SAY_AGAIN_S = 3_600

log = structlog.get_logger()


class BackupProcess:
    """The folder of the backups of *shop*, and the command that fills it, with this process's environment."""

    def __init__(self, folder: BackupFolder, shop: str, *, has_key: bool, command: Sequence[str] = SCHEDULED) -> None:
        self._folder = folder
        self._shop = shop
        self._has_key = has_key
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

    async def make(self) -> None:
        """Make one, and wait for it; the log says how it went."""
        if not self._has_key:
            self._say_that_nothing_is_made()
        elif not await self.is_busy():
            await self._run()

    async def _run(self) -> None:
        quiet, pipe = asyncio.subprocess.DEVNULL, asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            sys.executable, *self._command, stdin=quiet, stdout=quiet, stderr=pipe
        )
        try:
            _, said = await process.communicate()
        finally:
            await _end(process)
        words = " ".join(said.decode("utf-8", "replace").split())[-_SAID_CHARS:]
        if process.returncode:
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

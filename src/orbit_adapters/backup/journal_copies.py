"""Journals beside the backups are copied to the bucket too: a few kilobytes, as soon as they are there."""

import asyncio
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import structlog

from orbit_adapters.backup.journal_folder import JournalFolder
from orbit_adapters.backup.s3_store import S3Copies
from orbit_domain.backup.copies import CopyFailed
from orbit_domain.request_journal.journal_name import named_journal

_SAY_AGAIN_S = 3_600

log = structlog.get_logger()


class JournalsInS3:
    """The port `JournalCopies`: the journals of *shop* in *folder* are in *store* too, as long as they are needed.

    It keeps no record: putting the same journal again changes nothing, and a process that starts asks what is there.
    """

    def __init__(self, folder: JournalFolder, shop: str, store: S3Copies) -> None:
        self._folder = folder
        self._shop = shop
        self._store = store
        self._copied: set[str] | None = None
        self._tidied_to: datetime | None = None
        self._said_at = -float(_SAY_AGAIN_S)

    async def copy_new(self) -> int:
        """Copy those that aren't there. One that fails is tried again in the next run, and the log says so."""
        copied = 0
        try:
            journals = await asyncio.to_thread(self._folder.all)
            known = await self._known()
            for _, file in journals:
                if file.name not in known:
                    await self._copy(file)
                    known.add(file.name)
                    copied += 1
            if journals:
                await self._tidy(journals[0][0], known)
        except (CopyFailed, OSError) as error:
            self._say_that_it_failed(error)
        return copied

    async def _copy(self, file: Path) -> None:
        with suppress(FileNotFoundError):  # A worker has deleted it meanwhile: a verified backup knows more.
            await self._store.put(file)

    async def _known(self) -> set[str]:
        """The names that are there. A key that may not list puts each once more, which changes nothing."""
        if self._copied is None:
            self._copied = set()
            with suppress(CopyFailed):
                self._copied = set(await self._store.sizes(self._is_ours))
        return self._copied

    async def _tidy(self, oldest: datetime, known: set[str]) -> None:
        """What is older than the oldest one here is needed no more."""
        if self._tidied_to == oldest:
            return
        self._tidied_to = oldest
        for name in sorted(known):
            found = named_journal(name)
            if found is not None and found[0] < oldest:
                await self._store.delete(name)
                known.discard(name)

    def _is_ours(self, name: str) -> bool:
        found = named_journal(name)
        return found is not None and found[1] == self._shop

    def _say_that_it_failed(self, error: Exception) -> None:
        if time.monotonic() - self._said_at >= _SAY_AGAIN_S:
            self._said_at = time.monotonic()
            log.warning("journals_not_copied", reason=str(error), next="orbit doctor")

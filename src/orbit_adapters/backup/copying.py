"""Verified backups are copied elsewhere, each destination on its own: what fails there harms nothing here."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from orbit_adapters.backup.copy_records import CopyRecords
from orbit_adapters.backup.folder import BackupFolder
from orbit_adapters.backup.s3_store import S3Copies
from orbit_domain.backup.backup import Backup, named_backup
from orbit_domain.backup.copies import (
    CopyFailed,
    CopyProblem,
    Destination,
    KnownCopies,
    dropped_copies,
    due_in_chat,
    not_yet_copied,
)
from orbit_domain.clock import Clock

_CAUGHT_UP = 4
"""So many archives are copied in one run: after a long time without the store the others follow with the next runs."""
_LONGEST = timedelta(minutes=45)
_OF_ONE_FILE = frozenset({CopyProblem.SPOILT, CopyProblem.FOLDER})

SendArchive = Callable[[Path, Backup], Awaitable[None]]
"""Sends an archive. Raises CopyFailed; its problem is *unknown* where it may have arrived nevertheless."""


@dataclass(frozen=True, slots=True)
class CopyingToS3:
    """Copies to a bucket: the newest first, then those that are missing there; then old ones are deleted there too."""

    folder: BackupFolder
    shop: str
    store: S3Copies
    records: CopyRecords
    clock: Clock
    longest: timedelta = _LONGEST

    async def __call__(self) -> KnownCopies:
        """What is known afterwards; the lock of the records is held. Raises OSError when that can't be kept."""
        problem = ""
        try:
            async with asyncio.timeout(self.longest.total_seconds()):
                problem = await self._copied(await self._seen())
                problem = await self._tidied() or problem
        except CopyFailed as failed:
            problem = failed.problem
        except TimeoutError:
            problem = CopyProblem.UNREACHABLE
        known = self.records.read(Destination.S3).tried(self.clock.now(), problem)
        self.records.write(known)
        return known

    async def _seen(self) -> KnownCopies:
        """What is known, without what isn't there any more as it was. A key that may not list is no failure."""
        known = self.records.read(Destination.S3)
        try:
            sizes = await self.store.sizes(self._is_ours)
        except CopyFailed:
            return known
        here = {one.name: one.size for one in self.folder.all(self.shop)}
        there = {name for name, size in sizes.items() if here.get(name, size) == size}
        known = replace(known, copied={name: at for name, at in known.copied.items() if name in there})
        self.records.write(known)
        return known

    async def _copied(self, known: KnownCopies) -> str:
        """Copy what is missing; what was wrong with a file of this disk, which holds up no other."""
        problem = ""
        for backup in not_yet_copied(self.folder.all(self.shop), known)[:_CAUGHT_UP]:
            try:
                with _disk_failures():
                    await self.store.put(self.folder.path / backup.name, backup.sha256)
            except CopyFailed as failed:
                if failed.problem not in _OF_ONE_FILE:
                    raise
                problem = failed.problem
                continue
            known = known.with_copy(backup.name, self.clock.now())
            self.records.write(known)
        return problem

    async def _tidied(self) -> str:
        """Delete there what is kept no more, once the newest is there. A key that may only write is no failure."""
        try:
            sizes = await self.store.sizes(self._is_ours)
            for name in dropped_copies(sizes, self.folder.all(self.shop)):
                await self.store.delete(name)
        except CopyFailed as failed:
            return CopyProblem.NOT_TIDIED if failed.problem is CopyProblem.DENIED else failed.problem
        return ""

    def _is_ours(self, name: str) -> bool:
        found = named_backup(name)
        return found is not None and found[1] == self.shop


@dataclass(frozen=True, slots=True)
class CopyingToChat:
    """One archive a day goes into a chat, if it isn't larger than *largest* bytes.

    The try is recorded before it is made, as one whose outcome isn't known: a run that dies sends nothing twice.
    """

    folder: BackupFolder
    shop: str
    send: SendArchive
    largest: int
    records: CopyRecords
    clock: Clock

    async def __call__(self) -> KnownCopies:
        """What is known afterwards; the lock of the records is held. Raises OSError when that can't be kept."""
        known = self.records.read(Destination.TELEGRAM)
        backup = due_in_chat(self.folder.all(self.shop), known)
        if backup is None:
            return known
        if backup.size > self.largest:
            return self._kept(known.tried(self.clock.now(), CopyProblem.TOO_LARGE))
        known = self._kept(known.tried(self.clock.now(), CopyProblem.UNKNOWN))
        try:
            with _disk_failures():
                await self.send(self.folder.path / backup.name, backup)
        except CopyFailed as failed:
            return self._kept(known.tried(self.clock.now(), failed.problem))
        return self._kept(known.with_copy(backup.name, self.clock.now()))

    def _kept(self, known: KnownCopies) -> KnownCopies:
        self.records.write(known)
        return known


@contextmanager
def _disk_failures() -> Iterator[None]:
    """An archive that can't be read, or that the next backup has deleted meanwhile, isn't copied."""
    try:
        yield
    except OSError as error:
        raise CopyFailed(CopyProblem.FOLDER, f"the folder of backups: {error.strerror}") from None

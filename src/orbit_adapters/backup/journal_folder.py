"""Journals of requests in the folder of backups: written beside the archives, without their lock.

An archive takes minutes, and a journal is there within seconds.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from orbit_adapters.backup.disk import Disk, DraftFile
from orbit_domain.request_journal.journal_name import named_journal, next_free_name

_DRAFT = ".part"
_SIGN = ".journal"
_HALF_MADE = timedelta(hours=1)


class JournalFolder:
    """The journals of *shop* in *path*, which is made for this user alone when something is first written."""

    def __init__(self, path: Path, shop: str, disk: Disk | None = None) -> None:
        self.path = path
        self._shop = shop
        self._disk = disk or Disk()

    def all(self) -> list[tuple[datetime, Path]]:
        """When each was written, and its file, oldest first. Raises OSError."""
        return sorted((at, self.path / name) for name in self._names() if (at := self._written_at(name)) is not None)

    def write(self, at: datetime, fill: Callable[[DraftFile], None]) -> None:
        """A further journal, of that moment, with what *fill* writes; no power cut takes it back. Raises OSError."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = next_free_name(at, self._shop, self._names())
        draft = DraftFile(self.path / f"{name}{_DRAFT}", self._disk)
        try:
            fill(draft)
            draft.finish()
            self._disk.replace(draft.path, self.path / name)
            self._disk.sync_folder(self.path)
        finally:
            draft.discard()

    def remove_before(self, at: datetime, now: datetime) -> None:
        """Delete those that are older, and drafts that a killed run has left. Raises OSError."""
        for written_at, file in self.all():
            if written_at < at:
                self._forget(file)
        for name in self._names():
            begun_at = self._written_at(name.removesuffix(_DRAFT)) if name.endswith(_DRAFT) else None
            if begun_at is not None and now - begun_at > _HALF_MADE:
                self._forget(self.path / name)

    def sign(self, at: datetime) -> None:
        """All that was asked for until then is in a file: a full disk takes this sign too. Raises OSError."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        handle = os.open(self.path / _SIGN, flags, 0o600)
        try:
            os.utime(handle, (at.timestamp(), at.timestamp()))
        finally:
            os.close(handle)

    def signed_at(self) -> datetime | None:
        """When that was said last, by any process. None: never."""
        with suppress(OSError):
            return datetime.fromtimestamp((self.path / _SIGN).lstat().st_mtime, UTC)
        return None

    def _names(self) -> set[str]:
        try:
            return set(os.listdir(self.path))
        except FileNotFoundError:
            return set()

    def _written_at(self, name: str) -> datetime | None:
        at, shop = named_journal(name) or (None, "")
        return at if shop == self._shop else None

    def _forget(self, file: Path) -> None:
        with suppress(FileNotFoundError):  # Another worker was faster.
            self._disk.unlink(file)

"""The file of a shop on SQLite, and how another one takes its place: the name is moved in one step.

The log of a file is found by the file's name. While the name moves there is none: the live file's is written into it
before, in a mode that has none. A damaged file can't take its log back; it is put aside together with the file.

A run that is killed leaves the live file under a second name at most. `prepare` of the next one takes that back.
"""

import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote

from orbit_adapters.backup.disk import Disk
from orbit_adapters.backup.place import Kept, Unconfirmed
from orbit_adapters.backup.refused import BackupRefused, refuse_disk
from orbit_adapters.backup.scratch import SQLITE
from orbit_adapters.backup.sqlite_alone import alone_with, alone_without_log, is_readable, without_log
from orbit_adapters.sql.engine import database_url
from orbit_domain.backup.backup import BackupProblem

_NEW = ".restoring"
_BEFORE = ".before-"
_MOMENT = "%Y%m%dT%H%M%SZ"
_LOGS = ("-wal", "-journal")
_INDEX = "-shm"


class SqlitePlace:
    """The database in *file*, which may be missing or damaged."""

    kind = SQLITE

    def __init__(self, file: Path, disk: Disk | None = None) -> None:
        # Where the name is a link, the file that it leads to is the shop's.
        self._file = Path(os.path.realpath(file))
        self._folder = self._file.parent
        self._new = self._file.with_name(f"{self._file.name}{_NEW}")
        self._disk = disk or Disk()

    async def prepare(self) -> None:
        """Take back a swap that was killed; no other process may have the file open."""
        with refuse_disk(self._folder):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._require_same_user()
            if self._file.exists():
                with alone_with(self._file):
                    self._take_back()
            self._remove_new()

    async def live(self) -> str | None:
        """The file's address. A damaged one isn't opened: that alone would write into it."""
        if not self._file.exists():
            return None
        if not is_readable(self._file):
            raise BackupRefused(BackupProblem.BROKEN, "its file is damaged", "restore a backup")
        return _address(self._file)

    @asynccontextmanager
    async def new_database(self) -> AsyncIterator[str]:
        """A file in a folder for this user alone, on the same disk."""
        try:
            with refuse_disk(self._folder):
                self._new.mkdir(mode=0o700)
            yield _address(self._new / self._file.name)
        finally:
            with refuse_disk(self._folder):
                self._remove_new()

    async def put(self, address: str, now: datetime) -> Kept | None:
        """Move the name in one step. The file that had it has another one from then on."""
        new = Path(str(database_url(address).database))
        with refuse_disk(self._folder):
            self._finish(new)
            before = self._file.with_name(f"{self._file.name}{_BEFORE}{now.astimezone(UTC).strftime(_MOMENT)}")
            if not self._file.exists():
                return self._put_alone(new, before)
            with alone_without_log(self._file):
                try:
                    self._disk.link(self._file, before)
                    self._put_logs_aside(before)
                    self._disk.sync_folder(self._folder)
                    self._disk.replace(new, self._file)
                except OSError:
                    with suppress(OSError):  # Where that fails too, the next run does it.
                        self._take_back()
                    raise
            self._confirm()
            return _kept(before)

    def _put_alone(self, new: Path, before: Path) -> Kept | None:
        """There is no live file: a log that it has left would be read as the new one's."""
        has_log = self._put_logs_aside(before)
        self._disk.sync_folder(self._folder)
        self._disk.link(new, self._file)  # Unlike a move it takes the place of nothing.
        self._confirm()
        return _kept(before) if has_log else None

    def _confirm(self) -> None:
        try:
            self._disk.sync_folder(self._folder)
        except OSError as error:
            what = f"The restored database is in its place, but the disk hasn't confirmed it: {error.strerror}."
            raise Unconfirmed(BackupProblem.FOLDER, what, "check the disk before the shop is started") from None

    def _finish(self, new: Path) -> None:
        """Let *new* be one file that is on the disk, of the live one's owner and rights."""
        without_log(new)
        pattern = self._file if self._file.exists() else self._folder
        wanted, handle = pattern.stat(), os.open(new, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            os.fchmod(handle, wanted.st_mode & 0o777 if pattern is self._file else 0o600)
            if os.geteuid() != wanted.st_uid:
                os.fchown(handle, wanted.st_uid, wanted.st_gid)
            self._disk.sync(handle)
        finally:
            os.close(handle)

    def _put_logs_aside(self, before: Path) -> bool:
        """Give the logs that are still there the name of *before*; whether there were any."""
        found = [log for log in _LOGS if _with(self._file, log).exists()]
        for log in found:
            self._disk.replace(_with(self._file, log), _with(before, log))
        _with(self._file, _INDEX).unlink(missing_ok=True)
        return bool(found)

    def _take_back(self) -> None:
        """A second name of the live file is of a swap that wasn't made: its logs get their names back."""
        for name in os.listdir(self._folder):
            second = self._folder / name
            if not _is_before(name, self._file.name) or second.is_symlink() or not second.samefile(self._file):
                continue
            for log in _LOGS:
                if _with(second, log).exists() and not _with(self._file, log).exists():
                    self._disk.replace(_with(second, log), _with(self._file, log))
            self._disk.unlink(second)

    def _remove_new(self) -> None:
        if self._new.is_symlink():
            self._new.unlink()
        shutil.rmtree(self._new, ignore_errors=True)

    def _require_same_user(self) -> None:
        """A file that the shop's user can't open would be no shop."""
        owner = (self._file if self._file.exists() else self._folder).stat().st_uid
        if os.geteuid() not in (0, owner):
            what = f"The shop's files in {self._folder} belong to another user."
            raise BackupRefused(BackupProblem.FOLDER, what, "run this as the user that runs the shop")


def _address(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


def _with(file: Path, end: str) -> Path:
    return file.with_name(f"{file.name}{end}")


def _is_before(name: str, live: str) -> bool:
    return re.fullmatch(re.escape(f"{live}{_BEFORE}") + r"[0-9]{8}T[0-9]{6}Z", name, re.ASCII) is not None


def _kept(before: Path) -> Kept:
    return Kept(str(before), f"rm {quote(str(before))}*")

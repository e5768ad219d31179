"""The folder of backups: archives that are whole, what is known of each, and one lock.

An archive is written under a draft's name and gets its own when it is whole and on the disk. Its record lies beside it:
a table would be lost with the database.
"""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from orbit_adapters.backup.disk import Disk, DraftFile
from orbit_adapters.backup.file_lock import locked_file
from orbit_adapters.backup.refused import BackupRefused
from orbit_domain.backup.backup import Backup, BackupProblem, FailedBackup, named_backup

_LOCK = ".lock"
_DRAFT = ".part"
_RECORD = ".json"
_FAILED = "failed.json"
_MAX_RECORD = 64 * 1024
_LOOKS, _LOOK_S = 5, 0.02


class BackupFolder:
    """The backups in *path*, which is made for this user alone when something is first written."""

    def __init__(self, path: Path, disk: Disk | None = None) -> None:
        self.path = path
        self._disk = disk or Disk()

    def all(self, shop: str | None = None) -> tuple[Backup, ...]:
        """Every whole archive of *shop*, or of any, newest first. Raises OSError."""
        try:
            names = os.listdir(self.path)
        except FileNotFoundError:
            return ()
        found = (self._read(name) for name in names if _belongs(name, shop))
        return tuple(sorted((one for one in found if one), key=lambda one: one.taken_at, reverse=True))

    def failed(self) -> FailedBackup | None:
        """The newest try that left no backup, if none was made since."""
        with suppress(OSError, ValueError, TypeError, KeyError):
            facts = self._json(_FAILED)
            return FailedBackup(_moment(facts["at"]), str(facts["problem"]))
        return None

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Only this process makes or verifies backups in the block. What a killed one left half-made is removed first.

        Raises BackupRefused when another one does, OSError.
        """
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = self._locked_soon()
        if handle is None:
            what = "Another process makes or verifies a backup just now."
            raise BackupRefused(BackupProblem.RUNNING, what, "wait until it has ended")
        try:
            self._remove_halves()
            yield
        finally:
            os.close(handle)

    def is_locked(self) -> bool:
        """Whether a process makes or verifies a backup just now."""
        try:
            if not self.path.is_dir():
                return False
            handle = locked_file(self.path / _LOCK)
        except OSError:
            return False
        if handle is None:
            return True
        os.close(handle)
        return False

    @contextmanager
    def draft(self, name: str) -> Iterator[DraftFile]:
        """A file that becomes the archive *name* by `publish`; without it nothing of it is left. Raises OSError."""
        draft = DraftFile(self.path / f"{name}{_DRAFT}", self._disk)
        try:
            yield draft
        finally:
            draft.discard()

    def publish(self, draft: DraftFile, backup: Backup) -> None:
        """Let *draft* be the archive of *backup*; no power cut takes it back. Raises OSError."""
        draft.finish()
        # First what is known of it: a record without an archive is rubbish, an archive without one would be a stranger.
        self.record(backup)
        self._disk.replace(draft.path, self.path / backup.name)
        self._disk.sync_folder(self.path)
        self._forget(_FAILED)

    def record(self, backup: Backup) -> None:
        """Keep what is known of *backup*. Raises OSError."""
        facts = {
            "size": backup.size,
            "sha256": backup.sha256,
            "rows": backup.rows,
            "verified_at": backup.verified_at.isoformat() if backup.verified_at else None,
            "problem": backup.problem,
            "findings": backup.findings,
        }
        self._keep(f"{backup.name}{_RECORD}", facts)

    def record_failure(self, failed: FailedBackup) -> None:
        """Keep that a try has left no backup; on a full disk not even that is possible."""
        with suppress(OSError):
            self._keep(_FAILED, {"at": failed.at.isoformat(), "problem": failed.problem})

    def remove(self, backup: Backup) -> None:
        """Delete *backup*, its record last. Raises OSError."""
        self._forget(backup.name)
        self._forget(f"{backup.name}{_RECORD}")

    def _read(self, name: str) -> Backup | None:
        taken_at, shop = named_backup(name) or (None, "")
        if taken_at is None:
            return None
        try:
            plain = Backup(taken_at, shop, (self.path / name).stat().st_size)
        except FileNotFoundError:
            return None  # Deleted meanwhile.
        try:
            return _recorded(plain, self._json(f"{name}{_RECORD}"))
        except (OSError, ValueError, TypeError, KeyError):
            return plain  # Somebody has brought it here, or spoilt its record: it counts as not verified.

    def _json(self, name: str) -> dict[str, Any]:
        handle = os.open(self.path / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as opened:
            facts = json.loads(opened.read(_MAX_RECORD))
        if not isinstance(facts, dict):
            raise TypeError
        return facts

    def _keep(self, name: str, facts: dict[str, Any]) -> None:
        draft = DraftFile(self.path / f"{name}{_DRAFT}", self._disk)
        try:
            draft.write(json.dumps(facts).encode())
            draft.finish()
            self._disk.replace(draft.path, self.path / name)
        finally:
            draft.discard()

    def _forget(self, name: str) -> None:
        with suppress(FileNotFoundError):
            self._disk.unlink(self.path / name)

    def _locked_soon(self) -> int | None:
        """The handle that holds the lock. Whoever only looks whether the folder is locked turns no other away."""
        for _ in range(_LOOKS):
            if (handle := locked_file(self.path / _LOCK)) is not None:
                return handle
            time.sleep(_LOOK_S)
        return None

    def _remove_halves(self) -> None:
        """Drafts, and records whose archive was never published or is deleted: their names are ours alone."""
        names = set(os.listdir(self.path))
        for name in names:
            whole = name.removesuffix(_DRAFT).removesuffix(_RECORD)
            is_ours = named_backup(whole) is not None or whole == _FAILED.removesuffix(_RECORD)
            is_half = name.endswith(_DRAFT) or (name.endswith(_RECORD) and name != _FAILED and whole not in names)
            if is_ours and is_half:
                self._forget(name)


def _belongs(name: str, shop: str | None) -> bool:
    found = named_backup(name)
    return found is not None and shop in (None, found[1])


def _recorded(plain: Backup, facts: dict[str, Any]) -> Backup:
    if facts["size"] != plain.size:
        return replace(plain, problem=BackupProblem.BROKEN)
    verified_at = facts["verified_at"]
    return replace(
        plain,
        sha256=str(facts["sha256"]),
        rows=int(facts["rows"]),
        verified_at=None if verified_at is None else _moment(verified_at),
        problem=str(facts["problem"]),
        findings=int(facts["findings"]),
    )


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError
    return moment

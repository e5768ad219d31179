"""What is known of the copies, in a file beside the backups. Where it is lost, it is found out again."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from orbit_adapters.backup.disk import Disk, DraftFile
from orbit_adapters.backup.file_lock import locked_file
from orbit_domain.backup.backup import named_backup
from orbit_domain.backup.copies import Destination, KnownCopies

_FILE = "copies.json"
_DRAFT = "copies.json.part"
_LOCK = ".copies.lock"
_MAX_FILE = 1024 * 1024


class CopyRecords:
    """The file in *path*, the folder of backups. Another lock than the folder's: the next backup waits for no copy."""

    def __init__(self, path: Path, disk: Disk | None = None) -> None:
        self.path = path
        self._disk = disk or Disk()

    @contextmanager
    def lock(self) -> Iterator[bool]:
        """Only this process copies in the block. False: another one does. Raises OSError."""
        handle = locked_file(self.path / _LOCK)
        try:
            if handle is not None:
                (self.path / _DRAFT).unlink(missing_ok=True)  # What a killed one has left.
            yield handle is not None
        finally:
            if handle is not None:
                os.close(handle)

    def read(self, destination: Destination) -> KnownCopies:
        """What is known of *destination*; of a file that is missing or spoilt: nothing, and it is found out again."""
        try:
            return _known(destination, self._all()[destination])
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return KnownCopies(destination)

    def write(self, copies: KnownCopies) -> None:
        """Keep *copies*; the lock is held. Raises OSError."""
        try:
            known = self._all()
        except (OSError, ValueError, TypeError):
            known = {}
        draft = DraftFile(self.path / _DRAFT, self._disk)
        try:
            draft.write(json.dumps({**known, copies.destination.value: _facts(copies)}).encode())
            draft.finish()
            self._disk.replace(draft.path, self.path / _FILE)
        finally:
            draft.discard()

    def _all(self) -> dict[str, Any]:
        handle = os.open(self.path / _FILE, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as opened:
            known = json.loads(opened.read(_MAX_FILE))
        if not isinstance(known, dict):
            raise TypeError
        return known


def _facts(copies: KnownCopies) -> dict[str, Any]:
    return {
        "copied": {name: at.isoformat() for name, at in copies.copied.items()},
        "tried_at": copies.tried_at.isoformat() if copies.tried_at else None,
        "problem": copies.problem,
    }


def _known(destination: Destination, facts: dict[str, Any]) -> KnownCopies:
    copied = {name: _moment(at) for name, at in facts["copied"].items() if named_backup(name)}
    tried_at = facts["tried_at"]
    return KnownCopies(destination, copied, _moment(tried_at) if tried_at else None, str(facts["problem"]))


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError
    return moment

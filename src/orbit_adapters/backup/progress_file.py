"""How far a backup is, in a small file beside the archives: any process that sees the folder can tell.

It is no record: nothing is synced, and a failure to keep it is none of the backup's.
"""

import json
import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from orbit_domain.backup.progress import BackupPhase, BackupProgress

_NAME = "progress.json"
_DRAFT = "progress.json.part"
_MAX_BYTES = 4_096


class ProgressFile:
    """That of the folder *path*. What a killed process has left there holds only while the folder is locked."""

    def __init__(self, path: Path) -> None:
        self._file = path / _NAME
        self._draft = path / _DRAFT

    def keep(self, progress: BackupProgress) -> None:
        """Replace what was kept."""
        facts = {
            "phase": progress.phase.value,
            "table": progress.table,
            "done": progress.done,
            "tables": progress.tables,
            "size": progress.size,
            "began_at": progress.began_at.isoformat(),
        }
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
        with suppress(OSError):
            with os.fdopen(os.open(self._draft, flags, 0o600), "wb") as draft:
                draft.write(json.dumps(facts).encode())
            self._draft.replace(self._file)

    def read(self) -> BackupProgress | None:
        """What was kept last; None for nothing, and for what isn't that."""
        with suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
            with os.fdopen(os.open(self._file, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as opened:
                facts = json.loads(opened.read(_MAX_BYTES))
            began_at = datetime.fromisoformat(facts["began_at"])
            numbers = (int(facts["done"]), int(facts["tables"]), int(facts["size"]))
            if began_at.tzinfo is not None and min(numbers) >= 0:
                return BackupProgress(BackupPhase(facts["phase"]), str(facts["table"]), *numbers, began_at)
        return None

    def forget(self) -> None:
        """Nothing is made any more."""
        for file in (self._draft, self._file):
            with suppress(OSError):
                file.unlink()

"""Follows a run from table to table, and says how far it is."""

import threading
from collections.abc import Callable
from datetime import datetime

from orbit_adapters.backup.encryption import Output
from orbit_adapters.backup.tables import shop_tables
from orbit_domain.backup.progress import BackupPhase, BackupProgress

OnProgress = Callable[[BackupProgress], None]
"""Hears how far it is, many times a second, also from the thread that encrypts. It is quick, and never fails."""


class Meter:
    """Hears of each table that is done, as `OnTable` says. After all were restored, they come again and are compared.

    The archive of an older version may have fewer tables: when one comes again, the next phase has begun.
    """

    def __init__(self, on_progress: OnProgress, began_at: datetime, phase: BackupPhase = BackupPhase.WRITING) -> None:
        self._on_progress = on_progress
        self._began_at = began_at
        self._tables = tuple(table.name for table in shop_tables())
        self._phase, self._done, self._size = phase, dict[str, None](), 0
        # Two threads tell: what is told never goes back.
        self._lock = threading.RLock()
        self._tell()

    def begin(self, phase: BackupPhase) -> None:
        """No table is through *phase* yet."""
        with self._lock:
            self._phase, self._done = phase, {}
            self._tell()

    def table_done(self, table: str) -> None:
        """*table* is through."""
        with self._lock:
            if self._phase is BackupPhase.RESTORING and table in self._done:
                self.begin(BackupPhase.COMPARING)
            self._done[table] = None
            if self._phase is BackupPhase.RESTORING and len(self._done) >= len(self._tables):
                self.begin(BackupPhase.COMPARING)
            else:
                self._tell()

    def written(self, size: int) -> None:
        """So many bytes more of the archive are written."""
        with self._lock:
            self._size += size
            self._tell()

    def _tell(self) -> None:
        in_hand = next((table for table in self._tables if table not in self._done), "")
        self._on_progress(
            BackupProgress(self._phase, in_hand, len(self._done), len(self._tables), self._size, self._began_at)
        )


class MeteredOutput:
    """*output*, whose every byte *meter* hears of."""

    def __init__(self, output: Output, meter: Meter) -> None:
        self._output = output
        self._meter = meter

    def write(self, data: bytes) -> None:
        """Write all of *data*. Raises OSError."""
        self._output.write(data)
        self._meter.written(len(data))

"""How far a backup is that is being made just now."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class BackupPhase(StrEnum):
    """In their order: the tables are written, restored elsewhere, and read there again to be compared."""

    WRITING = "writing"
    RESTORING = "restoring"
    COMPARING = "comparing"


_PHASES = tuple(BackupPhase)


@dataclass(frozen=True, slots=True)
class BackupProgress:
    """*done* of *tables* are through this phase, *table* is in hand; *size* is the archive's so far, in bytes."""

    phase: BackupPhase
    table: str
    done: int
    tables: int
    size: int
    began_at: datetime

    @property
    def percent(self) -> int:
        """Of all phases, each counted alike; a hundred only once it is over, which nobody has to be shown."""
        tables = max(1, self.tables)
        done = _PHASES.index(self.phase) * tables + min(self.done, tables)
        return min(99, done * 100 // (len(_PHASES) * tables))

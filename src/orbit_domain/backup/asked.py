"""A backup that somebody asked for: that one is on its way, and what came of the last one."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from orbit_domain.backup.backup import Backup

BACKUP = "backup"
"""The subject of admin actions that ask for a backup and end it. The newest one says whether one is on its way."""

ASKED, ENDED = "start_backup", "end_backup"

_NONE = "none"
_TEXT = re.compile(
    r"problem: ([a-z_]{1,40}); taken: ([0-9]{8}T[0-9]{6}Z|none); size: ([0-9]{1,18}); rows: ([0-9]{1,18}); "
    r"seconds: ([0-9]{1,9}); findings: ([0-9]{1,9})",
    re.ASCII,
)
_MOMENT = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class BackupOutcome:
    """What came of it. No *problem*: it was restored and found equal. No *taken_at*: there is no archive."""

    problem: str = ""
    taken_at: datetime | None = None
    size: int = 0
    rows: int = 0
    seconds: int = 0
    findings: int = 0

    @classmethod
    def of(cls, backup: Backup, now: datetime) -> Self:
        """That of *backup*, which nothing is done to any more."""
        took = (backup.verified_at or now) - backup.taken_at
        seconds = max(0, took.days * 86_400 + took.seconds)
        problem = "" if backup.verified_at is not None else backup.problem
        return cls(problem, backup.taken_at, backup.size, backup.rows, seconds, backup.findings)

    def __str__(self) -> str:
        """As the log keeps it."""
        taken = _NONE if self.taken_at is None else self.taken_at.astimezone(UTC).strftime(_MOMENT)
        return (
            f"problem: {self.problem or _NONE}; taken: {taken}; size: {self.size}; rows: {self.rows}; "
            f"seconds: {self.seconds}; findings: {self.findings}"
        )

    @classmethod
    def read(cls, text: str) -> Self | None:
        """What the log keeps as *text*; None for anything else."""
        found = _TEXT.fullmatch(text)
        if found is None:
            return None
        problem, taken, *numbers = found.groups()
        try:
            taken_at = None if taken == _NONE else datetime.strptime(taken, _MOMENT).replace(tzinfo=UTC)
        except ValueError:
            return None
        return cls("" if problem == _NONE else problem, taken_at, *map(int, numbers))

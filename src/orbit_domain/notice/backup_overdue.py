"""The notices that the shop's backups, or their copies elsewhere, can't be relied on."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from orbit_domain.ids import TelegramId
from orbit_domain.notice.priority import Priority


@dataclass(frozen=True, slots=True)
class BackupOverdue:
    """For the owner: the last verified backup is older than a day, or there is none. Told once a *day* until there is.

    *taken_at* is when that backup was taken; None: there is none. *problem* is a `BackupProblem` of the newest try,
    empty where nothing was tried.
    """

    priority: ClassVar[Priority] = Priority.ALERT

    taken_at: datetime | None
    problem: str
    day: str
    kind: Literal["backup_overdue"] = "backup_overdue"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"backup_overdue:{self.day}"


@dataclass(frozen=True, slots=True)
class BackupCopyOverdue:
    """For the owner: there is a verified backup, and its copy isn't at *destination*. Told once a *day* for each one.

    *taken_at* is when the newest backup was taken that is there; None: there is none. *problem* is a `CopyProblem`.
    """

    priority: ClassVar[Priority] = Priority.ALERT

    destination: str
    taken_at: datetime | None
    problem: str
    day: str
    kind: Literal["backup_copy_overdue"] = "backup_copy_overdue"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"backup_copy_overdue:{self.destination}:{self.day}"

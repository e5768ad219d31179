"""The notice that a restored shop has read again what was paid since its backup."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from orbit_domain.ids import TelegramId
from orbit_domain.notice.backup_overdue import BackupCopyOverdue, BackupOverdue
from orbit_domain.notice.priority import Priority


@dataclass(frozen=True, slots=True)
class ReplayEnded:
    """For the owner: the shop works in full again. *backup* says of when the restored backup is, as the log does.

    *nameless* receipts that were read since have no owner. *unread* names the sources that weren't read up to the
    restore when a person ended the replay: of what came there nothing is known yet.
    """

    priority: ClassVar[Priority] = Priority.ALERT

    restored_at: datetime
    backup: str
    nameless: int
    unread: str = ""
    kind: Literal["replay_ended"] = "replay_ended"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"replay_ended:{self.restored_at.isoformat()}"


BackupNotice = BackupOverdue | BackupCopyOverdue | ReplayEnded

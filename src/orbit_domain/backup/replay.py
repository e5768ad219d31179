"""After a restore the sources of money are read again, and whatever would contradict them waits until that is done.

Until then the shop doesn't know what was paid since the backup: it would charge a card for a month that is paid, or
take access from somebody who has it.
"""

from dataclasses import dataclass
from datetime import datetime

REPLAY = "replay"
"""The subject of admin actions that begin a replay and end it. The newest one says whether one runs."""

RESTORED, ENDED = "restore_shop", "end_replay"


@dataclass(frozen=True, slots=True)
class Replay:
    """The replay that runs since the shop was restored at *restored_at*.

    `behind` are the sources that aren't read up to that moment. `is_settled`: nothing that was read waits for its first
    settlement.
    """

    restored_at: datetime
    actor: str
    reason: str
    behind: tuple[str, ...]
    is_settled: bool

    @property
    def is_done(self) -> bool:
        """Whether everything that was paid before the restore is known."""
        return not self.behind and self.is_settled

"""Notices of broadcasts."""

from dataclasses import dataclass
from typing import ClassVar, Literal
from uuid import UUID

from orbit_domain.ids import TelegramId
from orbit_domain.notice.priority import Priority


@dataclass(frozen=True, slots=True)
class Announcement:
    """A message of the shop to one of many. What it says is read when it is sent, and empty in a stored one.

    *picture* is Telegram's name of one; *buttons* are pairs of a label and where it leads.
    """

    priority: ClassVar[Priority] = Priority.BROADCAST

    broadcast_id: UUID
    html: str = ""
    picture: str = ""
    buttons: tuple[tuple[str, str], ...] = ()
    kind: Literal["announcement"] = "announcement"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"{announcements_of(self.broadcast_id)}{tg_id}"


@dataclass(frozen=True, slots=True)
class BroadcastOver:
    """For its author: everyone was sent it."""

    priority: ClassVar[Priority] = Priority.ALERT

    broadcast_id: UUID
    sent: int
    lost: int
    kind: Literal["broadcast_over"] = "broadcast_over"

    def dedupe_key(self, tg_id: TelegramId) -> str:
        """The same for the same event."""
        return f"broadcast_over:{self.broadcast_id}"


def announcements_of(broadcast_id: UUID) -> str:
    """How the dedupe keys of one broadcast's messages begin."""
    return f"broadcast:{broadcast_id}:"


def broadcast_of(dedupe_key: str) -> UUID | None:
    """The broadcast that a message with this dedupe key is of; None for any other message."""
    kind, _, rest = dedupe_key.partition(":")
    try:
        return UUID(rest.partition(":")[0]) if kind == "broadcast" else None
    except ValueError:
        return None


BroadcastNotice = Announcement | BroadcastOver

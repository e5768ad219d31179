"""The outbox: notices, kept until they are sent."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from orbit_domain.ids import TelegramId
from orbit_domain.notice.notice import Notice


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """An outbox row: *notice* waits to be sent to *tg_id*. `fence` grows with every claim."""

    id: UUID
    tg_id: TelegramId
    dedupe: str
    notice: Notice
    not_before: datetime
    attempts: int = 0
    fence: int = 0
    done_at: datetime | None = None
    dead_at: datetime | None = None
    last_error: str | None = None


class Outbox(Protocol):
    """Notices to send, added in the transaction that made them true."""

    async def add(self, message: OutboxMessage) -> bool:
        """Add *message*; False if its dedupe key was used before."""

    async def claim(self, now: datetime, lease_until: datetime, limit: int) -> tuple[OutboxMessage, ...]:
        """Claim messages that are due, oldest first; no other worker gets them before the lease ends."""

    async def release_leases(self) -> None:
        """End every lease: the processes that held them are known to be dead."""

    async def mark_done(self, message: OutboxMessage, at: datetime) -> bool:
        """Record that it was sent. False if the claim was lost meanwhile."""

    async def postpone(self, message: OutboxMessage, not_before: datetime, error: str) -> bool:
        """Try again later. False if the claim was lost meanwhile."""

    async def dead_letter(self, message: OutboxMessage, at: datetime, error: str) -> bool:
        """Record that it can never be sent. False if the claim was lost meanwhile."""

    async def of_user(self, tg_id: TelegramId, limit: int) -> tuple[OutboxMessage, ...]:
        """The user's newest messages, newest first."""

"""Where broadcasts are kept."""

from datetime import datetime
from typing import Protocol

from orbit_domain.broadcast.audience import Audience
from orbit_domain.broadcast.broadcast import Broadcast, BroadcastProgress, BroadcastQueue
from orbit_domain.ids import BroadcastId, TelegramId


class Broadcasts(Protocol):
    """Messages to many, and who they are for."""

    async def add(self, broadcast: Broadcast) -> None:
        """Record a new one."""

    async def get(self, broadcast_id: BroadcastId) -> Broadcast | None:
        """The broadcast, if there is one."""

    async def lock(self, broadcast_id: BroadcastId) -> Broadcast:
        """The broadcast, held until the transaction ends. Raises NoSuchBroadcast."""

    async def save(self, broadcast: Broadcast) -> None:
        """Record its buttons, state and progress; text, picture and audience stay. Raises NoSuchBroadcast."""

    async def newest(self, limit: int) -> tuple[Broadcast, ...]:
        """The newest ones, newest first."""

    async def running(self) -> tuple[Broadcast, ...]:
        """Those that are being sent, oldest first."""

    async def count(self, audience: Audience, now: datetime) -> int:
        """How many users are in *audience* at *now*."""

    async def recipients(self, broadcast: Broadcast, now: datetime, limit: int) -> tuple[TelegramId, ...]:
        """The users of its audience beyond `queued_up_to`, by id, but for those who came after its start."""

    async def queue(self, broadcast_id: BroadcastId, now: datetime) -> BroadcastQueue:
        """How many of its messages are in the outbox and neither sent nor given up: what is done costs nothing.

        One that is held until a later time (`Outbox.hold`) waits, but isn't due. One that failed is due.
        """

    async def progress(self, broadcast_id: BroadcastId) -> BroadcastProgress:
        """What became of its messages."""

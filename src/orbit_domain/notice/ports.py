"""Where promises to tell are kept, and who tells them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from orbit_domain.ids import TelegramId
from orbit_domain.notice.notice import Notice


@dataclass(frozen=True, slots=True)
class Promise:
    """An outbox row: *notice* is owed to *tg_id*. `fence` grows with every claim."""

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
    """Promises to tell, kept in the transaction that made them true."""

    async def add(self, promise: Promise) -> bool:
        """Promise it; False if a promise with this dedupe key was made before."""

    async def claim(self, now: datetime, lease_until: datetime, limit: int) -> tuple[Promise, ...]:
        """Take promises whose time has come, oldest first; nobody else gets them before the lease ends."""

    async def free_all(self) -> None:
        """End every lease: whoever held one is known to be dead."""

    async def done(self, promise: Promise, at: datetime) -> bool:
        """Kept. False if the claim was lost meanwhile."""

    async def postpone(self, promise: Promise, not_before: datetime, error: str) -> bool:
        """Try again later. False if the claim was lost meanwhile."""

    async def bury(self, promise: Promise, at: datetime, error: str) -> bool:
        """It can never be kept. False if the claim was lost meanwhile."""

    async def of_user(self, tg_id: TelegramId, limit: int) -> tuple[Promise, ...]:
        """The user's newest promises, newest first."""


class NotifierTrouble(Exception):
    """A notice couldn't be told."""


class Unreachable(NotifierTrouble):
    """The user has blocked the bot or is gone: nothing can be told, the paid service goes on."""


@dataclass(eq=False)
class TellLater(NotifierTrouble):
    """Not now; again after the given time. The reason holds no secret."""

    after: timedelta
    reason: str


class Notifier(Protocol):
    """Tells people. Its promises: `orbit_adapters.contracts.notifier`."""

    async def tell(self, tg_id: TelegramId, language: str, notice: Notice) -> None:
        """Say *notice* in *language*. At least once: an unknown outcome is told again. Raises NotifierTrouble."""

"""The outbox: notices, kept until they are sent."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from orbit_domain.ids import TelegramId
from orbit_domain.notice.notice import Notice

ERASED = "account deleted"
"""Why what was still to be sent to a user who has deleted the account is dropped."""


class DropReason(StrEnum):
    """Why a notice isn't sent, in the words that are stored. Rows of other versions may hold others."""

    OUTDATED = "the time for it has passed, or a newer period exists"
    SWITCHED_OFF = "the customer has switched this off"


UNREACHABLE = "the user can't be reached"
"""Why a message is dead whose user has blocked the bot or is gone: nothing of ours is wrong."""


class LossReason(StrEnum):
    """Why messages were given up."""

    UNREACHABLE = "unreachable"
    UNREADABLE = "unreadable"
    """A newer version has written them, or there is a fault in this one: somebody wasn't told what is true."""


@dataclass(frozen=True, slots=True)
class LostMessages:
    """So many of one topic were given up for one reason."""

    topic: str
    reason: LossReason
    count: int


@dataclass(frozen=True, slots=True)
class NotYet:
    """A notice that is true, but isn't to be sent before *until*."""

    until: datetime


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """An outbox row: *notice* waits to be sent to *tg_id*. `fence` grows with every claim.

    It ends as done or as dead. `dropped_reason` says why one that is done wasn't sent (a `DropReason`).
    """

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
    dropped_reason: str | None = None


class Outbox(Protocol):
    """Notices to send, added in the transaction that made them true."""

    async def add(self, message: OutboxMessage) -> bool:
        """Add *message*; False if its dedupe key was used before."""

    async def add_all(self, messages: Sequence[OutboxMessage]) -> frozenset[str]:
        """Add those of *messages* whose dedupe keys weren't used before, of equal ones the first: the keys of these."""

    async def claim(self, now: datetime, lease_until: datetime, limit: int) -> tuple[OutboxMessage, ...]:
        """Claim messages that are due, the most urgent first (`Notice.priority`), and of these the oldest (by id).

        No other worker gets them before the lease ends. A message waits for every more urgent one of the same user,
        and for every older one that is as urgent, also while that one is claimed or postponed: so what a person is
        told keeps its order, and one claim holds at most one message of each user.
        """

    async def release_leases(self) -> None:
        """End every lease: the processes that held them are known to be dead."""

    async def mark_done(self, message: OutboxMessage, at: datetime) -> bool:
        """Record that it was sent. False if the claim was lost meanwhile."""

    async def postpone(self, message: OutboxMessage, not_before: datetime, error: str) -> bool:
        """Try again later; the user's next messages wait for it. False if the claim was lost meanwhile."""

    async def hold(self, message: OutboxMessage, until: datetime) -> bool:
        """Send it not before *until*: no attempt was made, and nothing went wrong. False if the claim was lost."""

    async def set_aside(self, message: OutboxMessage, not_before: datetime, error: str) -> bool:
        """Try again later, after everything else; nothing waits for it. False if the claim was lost meanwhile."""

    async def dead_letter(self, message: OutboxMessage, at: datetime, error: str) -> bool:
        """Record that it can never be sent. False if the claim was lost meanwhile."""

    async def drop(self, message: OutboxMessage, at: datetime, reason: str) -> bool:
        """Record that it isn't worth sending any more. False if the claim was lost meanwhile."""

    async def erase(self, tg_id: TelegramId, at: datetime) -> None:
        """Forget what the user was told, and what the user wrote to the shop.

        Nothing of it is sent any more, nor shown; its dedupe keys stay used.
        """

    async def known(self, dedupe_keys: Collection[str]) -> frozenset[str]:
        """Those of some hundred dedupe keys that were used before."""

    async def of_user(self, tg_id: TelegramId, limit: int) -> tuple[OutboxMessage, ...]:
        """The user's newest messages, newest first."""

    async def lost_since(self, since: datetime) -> tuple[LostMessages, ...]:
        """What was given up since then, by topic and reason. Of deleted accounts nothing says why: unreachable."""

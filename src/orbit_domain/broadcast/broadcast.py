"""A message from the shop to many of its customers: to whom, in which words, and how far it has come."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from orbit_domain.broadcast.audience import Audience
from orbit_domain.broadcast.content import BroadcastButton
from orbit_domain.errors import Refusal
from orbit_domain.ids import BroadcastId, TelegramId

BEFORE_ALL = TelegramId(0)


class BroadcastState(StrEnum):
    """A DRAFT is for its author alone. STOPPED and DONE are for ever."""

    DRAFT = "draft"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    DONE = "done"


class BroadcastAction(StrEnum):
    """What the staff may do to one."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"


_STEPS = {
    (BroadcastState.DRAFT, BroadcastAction.START): BroadcastState.RUNNING,
    (BroadcastState.RUNNING, BroadcastAction.PAUSE): BroadcastState.PAUSED,
    (BroadcastState.PAUSED, BroadcastAction.RESUME): BroadcastState.RUNNING,
    (BroadcastState.DRAFT, BroadcastAction.STOP): BroadcastState.STOPPED,
    (BroadcastState.RUNNING, BroadcastAction.STOP): BroadcastState.STOPPED,
    (BroadcastState.PAUSED, BroadcastAction.STOP): BroadcastState.STOPPED,
}


@dataclass(eq=False)
class NoSuchBroadcast(Refusal):
    """There is no such broadcast."""

    broadcast_id: BroadcastId


@dataclass(eq=False)
class BroadcastNotSteered(Refusal):
    """A broadcast in this state doesn't take this action: it is over, or another admin was quicker."""

    state: BroadcastState


@dataclass(eq=False)
class BroadcastNotPreviewed(Refusal):
    """Telegram hasn't taken this message yet, as it is now: nobody gets it before its author has."""


@dataclass(frozen=True, slots=True)
class Broadcast:
    """*html* is Telegram's, as its author's client marked it up; *picture* is Telegram's name of one, or empty.

    The audience is that of the moment each page is read, among those who had started the bot at *started_at*.
    *is_previewed*: Telegram has taken the message as it is now. *recipients* were counted when it was made; *queued* of
    them are in the outbox, up to the user *queued_up_to*.
    """

    id: BroadcastId
    author: TelegramId
    html: str
    audience: Audience
    recipients: int
    created_at: datetime
    picture: str = ""
    buttons: tuple[BroadcastButton, ...] = ()
    is_previewed: bool = False
    state: BroadcastState = BroadcastState.DRAFT
    queued: int = 0
    queued_up_to: TelegramId = BEFORE_ALL
    started_at: datetime | None = None
    ended_at: datetime | None = None

    def steer(self, action: BroadcastAction, now: datetime) -> Self:
        """After *action*. Raises BroadcastNotSteered, BroadcastNotPreviewed."""
        state = _STEPS.get((self.state, action))
        if state is None:
            raise BroadcastNotSteered(self.state)
        if action is BroadcastAction.START and not self.is_previewed:
            raise BroadcastNotPreviewed
        return replace(
            self,
            state=state,
            started_at=now if action is BroadcastAction.START else self.started_at,
            ended_at=now if state is BroadcastState.STOPPED else None,
        )

    def with_buttons(self, buttons: tuple[BroadcastButton, ...]) -> Self:
        """The draft with *buttons* alone, to be previewed again. Raises BroadcastNotSteered."""
        if self.state is not BroadcastState.DRAFT:
            raise BroadcastNotSteered(self.state)
        return replace(self, buttons=buttons, is_previewed=False)

    def says_the_same(self, other: Self) -> bool:
        """Whether both look alike to those who get them."""
        return (self.html, self.picture, self.buttons) == (other.html, other.picture, other.buttons)

    def queue(self, last: TelegramId, count: int) -> Self:
        """After *count* more recipients, up to *last*, were put into the outbox."""
        return replace(self, queued=self.queued + count, queued_up_to=last)

    def end(self, now: datetime) -> Self:
        """Everyone has got it, or can't be reached."""
        return replace(self, state=BroadcastState.DONE, ended_at=now)


@dataclass(frozen=True, slots=True)
class BroadcastProgress:
    """What became of the messages in the outbox: *sent*, *lost* (never reached anyone), *waiting*."""

    sent: int
    lost: int
    waiting: int


@dataclass(frozen=True, slots=True)
class BroadcastQueue:
    """Its messages that are neither sent nor given up: those *due*, and all that wait, also for the morning."""

    due: int
    waiting: int


def broadcast_subject(broadcast_id: BroadcastId) -> str:
    """The subject of what admins do to it."""
    return f"broadcast:{broadcast_id}"

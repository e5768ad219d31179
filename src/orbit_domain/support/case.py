"""A case: what one customer and the shop write to each other until it is closed."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from orbit_domain.errors import Refusal
from orbit_domain.ids import CaseId, TelegramId


class CaseState(StrEnum):
    """OPEN waits for the shop, ANSWERED for the customer. CLOSED is for ever: what is written next opens another."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


class CaseSubject(StrEnum):
    """What it is about, as far as the button says."""

    QUESTION = "question"
    PAYMENT = "payment"


@dataclass(eq=False)
class NoSuchCase(Refusal):
    """There is no such case, or it isn't this customer's."""

    case_id: CaseId


@dataclass(frozen=True, slots=True)
class Case:
    """A customer has one live case at most. `waiting_since`: since then the shop owes an answer.

    `topic_id` is the customer's own topic in the forum `topic_chat_id`.
    """

    id: CaseId
    tg_id: TelegramId
    subject: CaseSubject
    opened_at: datetime
    last_at: datetime
    state: CaseState = CaseState.OPEN
    waiting_since: datetime | None = None
    topic_chat_id: int | None = None
    topic_id: int | None = None

    @property
    def is_live(self) -> bool:
        """Whether it isn't closed."""
        return self.state is not CaseState.CLOSED

    def ask(self, now: datetime) -> Self:
        """The customer has written; whoever waits already goes on waiting since then."""
        return replace(self, state=CaseState.OPEN, waiting_since=self.waiting_since or now, last_at=now)

    def about(self, subject: CaseSubject) -> Self:
        """A question about money stays one."""
        return self if subject is CaseSubject.QUESTION else replace(self, subject=subject)

    def answer(self, now: datetime) -> Self:
        """The shop has written."""
        return replace(self, state=CaseState.ANSWERED, waiting_since=None, last_at=now)

    def close(self, now: datetime) -> Self:
        """Nothing is left to say. A closed one stays as it is."""
        return replace(self, state=CaseState.CLOSED, waiting_since=None, last_at=now) if self.is_live else self

    def give_topic(self, chat_id: int, topic_id: int) -> Self:
        """Its messages go to this topic from now on."""
        return replace(self, topic_chat_id=chat_id, topic_id=topic_id)


@dataclass(frozen=True, slots=True)
class CaseMessage:
    """What was written: by the customer where `staff_id` is None. An empty text of theirs is the button's."""

    id: UUID
    case_id: CaseId
    staff_id: TelegramId | None
    text: str
    at: datetime


def case_subject(case_id: CaseId) -> str:
    """The subject of what the staff does to it."""
    return f"case:{case_id}"

"""A group, a topic of one, or a private chat that the owner has chosen for messages to the staff."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from orbit_domain.errors import Refusal
from orbit_domain.ids import TelegramId


class Purpose(StrEnum):
    """What a chat is for. Without one, alerts and questions go to the owner, and the rest to nobody."""

    SUPPORT = "support"
    ALERTS = "alerts"
    EVENTS = "events"
    SUMMARY = "summary"


class EventKind(StrEnum):
    """What happens in the shop, each of which may be muted."""

    SALE = "sale"
    TRIAL = "trial"
    STAFF = "staff"


@dataclass(eq=False)
class NoShopChat(Refusal):
    """No chat was chosen for this."""

    purpose: Purpose


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message of the shop goes. `thread_id` is a topic; a forum gives each customer who writes a topic."""

    chat_id: int
    thread_id: int | None
    title: str
    is_forum: bool = False


@dataclass(frozen=True, slots=True)
class ShopChat:
    """`place` serves `purpose`. `lost_at`: since then it can't be written to, and the owner's own chat stands in.

    `told_until`: what happened before was told. `muted` are the events that aren't told.
    """

    purpose: Purpose
    place: Place
    set_by: TelegramId
    set_at: datetime
    told_until: datetime
    lost_at: datetime | None = None
    muted: frozenset[EventKind] = frozenset()

    @property
    def is_private(self) -> bool:
        """Whether it is a person's own chat with the bot: groups have negative numbers."""
        return self.place.chat_id > 0

    def move(self, chat_id: int) -> Self:
        """The group has become a supergroup, which has another number."""
        return replace(self, place=replace(self.place, chat_id=chat_id))

    def lose(self, now: datetime) -> Self:
        """It can't be written to any more."""
        return replace(self, lost_at=now)

    def toggle(self, kind: EventKind) -> Self:
        """Mute *kind*, or let it be told again."""
        return replace(self, muted=self.muted ^ {kind})


def shop_chat_subject(purpose: Purpose) -> str:
    """The subject of what the owner does to it."""
    return f"chat:{purpose}"

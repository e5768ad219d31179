"""The customers of the sandbox, and the chats a bot can be in."""

from dataclasses import dataclass, field
from typing import Any, Literal

from orbit_sandbox.telegram.messages import Message

ChatKind = Literal["private", "group", "supergroup", "channel"]

# Telegram's own account that stands for administrators who write anonymously.
ANONYMOUS_ADMIN = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}


@dataclass(slots=True)
class Customer:
    """A Telegram user of the sandbox. The bot may write once `started` is set and unless `blocked`."""

    id: int
    first_name: str
    username: str | None = None
    language_code: str | None = None
    started: bool = False
    blocked: bool = False
    deactivated: bool = False
    seen_up_to: int = 0

    def wire(self) -> dict[str, Any]:
        """The `User` object."""
        body: dict[str, Any] = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        if self.username is not None:
            body["username"] = self.username
        if self.language_code is not None:
            body["language_code"] = self.language_code
        return body


@dataclass(slots=True)
class Chat:
    """A private chat (its id is the customer's), a group or a channel, with every message by its id."""

    id: int
    kind: ChatKind
    title: str
    username: str | None = None
    threads: frozenset[int] = frozenset()
    may_manage_topics: bool = True
    left: bool = False
    migrated_to: int | None = None
    messages: dict[int, Message] = field(default_factory=dict)
    deleted: dict[int, Message] = field(default_factory=dict)
    last_id: int = 0

    def wire(self) -> dict[str, Any]:
        """The `Chat` object."""
        name = "first_name" if self.kind == "private" else "title"
        body: dict[str, Any] = {"id": self.id, "type": self.kind, name: self.title}
        if self.username is not None:
            body["username"] = self.username
        if self.threads:
            body["is_forum"] = True
        return body

    def full_wire(self) -> dict[str, Any]:
        """The `ChatFullInfo` object, with the fields that clients require."""
        kinds = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
        gifts = dict.fromkeys(kinds, False)
        return self.wire() | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}

    def next_id(self) -> int:
        """The id of a new message; ids of deleted messages are never used again."""
        self.last_id += 1
        return self.last_id

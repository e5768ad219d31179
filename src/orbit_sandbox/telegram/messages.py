"""One message: its content, its sender, and its wire format."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Self

from orbit_sandbox.telegram.entities import Formatted
from orbit_sandbox.telegram.files import StoredFile
from orbit_sandbox.telegram.keyboard import Keyboard, keyboard_wire


@dataclass(frozen=True, slots=True)
class Invoice:
    """A request for whole Stars; *payload* belongs to the bot and is not shown to the customer."""

    title: str
    description: str
    payload: str
    stars: int
    start_parameter: str = ""
    period_s: int | None = None

    def wire(self) -> dict[str, Any]:
        """The `Invoice` object."""
        return {
            "title": self.title,
            "description": self.description,
            "start_parameter": self.start_parameter,
            "currency": "XTR",
            "total_amount": self.stars,
        }


NO_WORDS = Formatted()


@dataclass(frozen=True, slots=True)
class Content:
    """All that an edit can change. Two equal contents make an edit "not modified"."""

    words: Formatted = NO_WORDS
    keyboard: Keyboard = ()
    photo: StoredFile | None = None
    document: StoredFile | None = None
    invoice: Invoice | None = None

    @classmethod
    def of_file(
        cls, kind: Literal["photo", "document"], file: StoredFile, words: Formatted, keyboard: Keyboard
    ) -> Self:
        """A picture or a document with its caption."""
        if kind == "photo":
            return cls(words, keyboard, photo=file)
        return cls(words, keyboard, document=file)

    @property
    def has_media(self) -> bool:
        """Whether the words are a caption rather than a text."""
        return self.photo is not None or self.document is not None

    def wire(self) -> dict[str, Any]:
        """The fields of `Message` that come from the content."""
        body: dict[str, Any] = {}
        text, entities = ("caption", "caption_entities") if self.has_media else ("text", "entities")
        if self.words.text:
            body[text] = self.words.text
        if self.words.entities:
            body[entities] = [entity.wire() for entity in self.words.entities]
        if self.photo is not None:
            body["photo"] = self.photo.photo_wire()
        if self.document is not None:
            body["document"] = self.document.document_wire()
        if self.invoice is not None:
            body["invoice"] = self.invoice.wire()
        if self.keyboard:
            body["reply_markup"] = keyboard_wire(self.keyboard)
        return body


@dataclass(frozen=True, slots=True)
class Message:
    """A message in a chat. *sender* and *sender_chat* are wire objects; a message may have neither.

    *service* holds extra fields such as `successful_payment`. *old_data* holds all callback data that its
    keyboard ever had: a client may show an old keyboard for a while. *charge_id* is set when its invoice is paid.
    """

    id: int
    chat_id: int
    at: datetime
    content: Content
    sender: Mapping[str, Any] | None = None
    sender_chat: Mapping[str, Any] | None = None
    edited_at: datetime | None = None
    thread_id: int | None = None
    service: Mapping[str, Any] | None = None
    old_data: frozenset[str] = frozenset()
    charge_id: str | None = None

    @property
    def from_bot(self) -> bool:
        """Whether the bot itself wrote it, so that the bot may edit it."""
        return self.sender is not None and self.sender["is_bot"] is True and self.sender_chat is None

    def wire(self, chat: Mapping[str, Any]) -> dict[str, Any]:
        """The `Message` object in *chat*."""
        body: dict[str, Any] = {"message_id": self.id, "date": seconds(self.at), "chat": dict(chat)}
        if self.sender is not None:
            body["from"] = dict(self.sender)
        if self.sender_chat is not None:
            body["sender_chat"] = dict(self.sender_chat)
        if self.edited_at is not None:
            body["edit_date"] = seconds(self.edited_at)
        if self.thread_id is not None:
            body |= {"message_thread_id": self.thread_id, "is_topic_message": True}
        return body | self.content.wire() | dict(self.service or {})


def seconds(moment: datetime) -> int:
    """Unix time in whole seconds, as Telegram writes dates."""
    return int(moment.timestamp())

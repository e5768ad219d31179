"""The state of the simulated Telegram: people, chats, files, queries and settings, and its basic changes."""

import random
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from orbit_sandbox.clock import SandboxClock
from orbit_sandbox.telegram.checkouts import Checkouts
from orbit_sandbox.telegram.files import FileStore
from orbit_sandbox.telegram.messages import Content, Message, seconds
from orbit_sandbox.telegram.people import Chat, Customer
from orbit_sandbox.telegram.refusals import BotApiRefusal, bad_request, forbidden
from orbit_sandbox.telegram.signal import Signal
from orbit_sandbox.telegram.updates import UpdateQueue


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where updates are pushed to, how many at once, and the secret that goes with each."""

    url: str
    secret: str = ""
    max_connections: int = 40


@dataclass(slots=True)
class Tap:
    """A tap on a callback button. *answers* counts answerCallbackQuery; more than one is a bug of the bot."""

    id: str
    user_id: int
    data: str
    answers: int = 0


@dataclass(frozen=True, slots=True)
class Toast:
    """A notification on a customer's screen: a line at the top, or an alert to be closed. Ids only grow."""

    id: int
    user_id: int
    text: str
    alert: bool


@dataclass(slots=True)
class BotSettings:
    """What the bot has set in Telegram about itself."""

    webhook: Webhook | None = None
    last_push_error: tuple[datetime, str] | None = None
    commands: dict[tuple[str, str], list[dict[str, str]]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)


class TelegramState:
    """The state. `lock` protects it, because the server and the caller may run in different threads.

    *seed* makes ids repeat from run to run; time comes from *clock* alone.
    """

    def __init__(self, clock: SandboxClock, token: str, bot_username: str, seed: int = 0) -> None:
        self.clock = clock
        self.token = token
        self.rng = random.Random(seed)
        self.lock = threading.RLock()
        self.signal = Signal()
        head = token.split(":", 1)[0]
        self.bot_id = int(head) if head.isascii() and head.isdigit() else 1
        self.bot_username = bot_username
        self.settings = BotSettings()
        self.customers: dict[int, Customer] = {}
        self.chats: dict[int, Chat] = {}
        self.files = FileStore(self.rng)
        self.updates = UpdateQueue(clock, self.rng, self.signal, self.lock)
        self.checkouts = Checkouts()
        self.taps: dict[str, Tap] = {}
        self.toasts: list[Toast] = []
        self.typing: dict[int, datetime] = {}
        self.calls: dict[str, int] = {}
        self.unknown_methods: list[str] = []

    def bot_wire(self) -> dict[str, Any]:
        """The bot as a `User` object."""
        return {"id": self.bot_id, "is_bot": True, "first_name": self.bot_name(), "username": self.bot_username}

    def bot_name(self) -> str:
        """What the bot calls itself; its username until it sets a name."""
        return self.settings.texts.get(("name", ""), "") or self.bot_username

    def new_id(self) -> str:
        """An id for a query, a run of digits as Telegram's are."""
        return str(self.rng.getrandbits(62))

    def message_wire(self, message: Message) -> dict[str, Any]:
        """The `Message` object."""
        return message.wire(self.chats[message.chat_id].wire())

    def put(
        self,
        chat: Chat,
        content: Content,
        sender: Mapping[str, Any] | None,
        sender_chat: Mapping[str, Any] | None = None,
        service: Mapping[str, Any] | None = None,
        thread_id: int | None = None,
    ) -> Message:
        """Append a message to *chat*."""
        message = Message(
            id=chat.next_id(),
            chat_id=chat.id,
            at=self.clock.now(),
            content=content,
            sender=sender,
            sender_chat=sender_chat,
            service=service,
            thread_id=thread_id,
        )
        return self.keep(message)

    def keep(self, message: Message) -> Message:
        """Store *message*. Its `old_data` keeps all callback data that its keyboard ever had."""
        data = {key.data for row in message.content.keyboard for key in row if key.kind == "callback"}
        kept = replace(message, old_data=message.old_data | data)
        self.chats[message.chat_id].messages[message.id] = kept
        self.typing.pop(message.chat_id, None)
        self.signal.send()
        return kept

    def find_chat(self, reference: str) -> Chat:
        """A chat by id or @username. Raises `BotApiRefusal` (400) when the bot knows no such chat."""
        if reference.startswith("@"):
            named = (chat for chat in self.chats.values() if f"@{chat.username}".lower() == reference.lower())
            found = next(named, None)
        else:
            found = self.chats.get(int(reference)) if reference.lstrip("-").isdecimal() else None
        if found is None:
            raise bad_request("chat not found")
        return found

    def writable_chat(self, reference: str) -> Chat:
        """A chat the bot may write to. Raises `BotApiRefusal`: 400 unknown or migrated, 403 not allowed."""
        chat = self.find_chat(reference)
        if chat.migrated_to is not None:
            words = "Bad Request: group chat was upgraded to a supergroup chat"
            raise BotApiRefusal(400, words, migrate_to_chat_id=chat.migrated_to)
        if chat.left:
            raise forbidden(f"bot was kicked from the {chat.kind} chat")
        customer = self.customers.get(chat.id)
        if customer is not None:
            if customer.deactivated:
                raise forbidden("user is deactivated")
            if customer.blocked:
                raise forbidden("bot was blocked by the user")
            if not customer.started:
                raise forbidden("bot can't initiate conversation with a user")
        return chat

    def toast(self, user_id: int, text: str, alert: bool) -> None:
        """Show *text* on a customer's screen."""
        last = self.toasts[-1].id if self.toasts else 0
        self.toasts.append(Toast(last + 1, user_id, text, alert))
        self.signal.send()

    def my_chat_member(self, customer: Customer, was: str, now: str) -> None:
        """Tell the bot that a customer blocked or unblocked it."""
        member = {"user": self.bot_wire()}
        self.updates.add(
            "my_chat_member",
            {
                "chat": self.chats[customer.id].wire(),
                "from": customer.wire(),
                "date": seconds(self.clock.now()),
                "old_chat_member": _member(member, was),
                "new_chat_member": _member(member, now),
            },
        )


def _member(user: dict[str, Any], status: str) -> dict[str, Any]:
    return user | {"status": status} | ({"until_date": 0} if status == "kicked" else {})

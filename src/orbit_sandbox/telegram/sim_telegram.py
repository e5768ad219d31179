"""The simulated Telegram: methods that a bot calls, and actions of customers."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

from orbit_sandbox.telegram.checkouts import Checkout
from orbit_sandbox.telegram.entities import Entity, Formatted, units
from orbit_sandbox.telegram.keyboard import Button
from orbit_sandbox.telegram.messages import Content, Invoice, Message
from orbit_sandbox.telegram.methods.table import METHODS
from orbit_sandbox.telegram.params import Params, Upload
from orbit_sandbox.telegram.people import ANONYMOUS_ADMIN, Chat, ChatKind, Customer
from orbit_sandbox.telegram.refusals import BotApiRefusal, NoSuchButton
from orbit_sandbox.telegram.state import Tap, TelegramState
from orbit_sandbox.telegram.subscriptions import StarSubscriptions

LONGEST_POLL_S = 50


class SimTelegram(TelegramState):
    """Telegram without a network: the bot uses `call`, customers use the other methods.

    Customer actions return what was created (a `Message`, a callback id) and queue the update that the bot
    will receive. They may be called from any thread.
    """

    @property
    def subscriptions(self) -> StarSubscriptions:
        """What happens to subscriptions in Stars. Their charges are made at the first call after a period is over."""
        return StarSubscriptions(self)

    async def call(self, method: str, params: Params) -> Any:
        """Perform one Bot API method; names are case-insensitive. Raises `BotApiRefusal`.

        An unknown method is refused with 404 and recorded in `unknown_methods`.
        """
        name = method.lower()
        with self.lock:
            self.calls[name] = self.calls.get(name, 0) + 1
            self.subscriptions.renew_due()
            if name == "getupdates":
                poll = self._poll_terms(params)
            elif name in METHODS:
                return METHODS[name](self, params)
            else:
                self.unknown_methods.append(method)
                raise BotApiRefusal(404, "Not Found: method not found")
        return await self.updates.fetch(*poll)

    def _poll_terms(self, params: Params) -> tuple[int, int, int]:
        if self.settings.webhook is not None:
            words = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            raise BotApiRefusal(409, f"Conflict: {words}")
        allowed = params.structure("allowed_updates")
        if isinstance(allowed, list):
            self.updates.allowed = frozenset(str(kind) for kind in allowed)
        limit = min(max(params.integer("limit", 100), 1), 100)
        return params.integer("offset", 0), limit, min(max(params.integer("timeout", 0), 0), LONGEST_POLL_S)

    async def subscribe(self) -> AsyncIterator[int]:
        """Yield the version of the state now and after every change."""
        version = self.signal.version
        while True:
            yield version
            changed = await self.signal.wait(version, 60)
            while changed == version:
                changed = await self.signal.wait(version, 60)
            version = changed

    def add_customer(
        self, first_name: str, language_code: str | None = "ru", username: str | None = None, user_id: int | None = None
    ) -> Customer:
        """A new Telegram user who has not yet met the bot."""
        with self.lock:
            fresh = user_id if user_id is not None else 700_000_001 + len(self.customers)
            customer = Customer(fresh, first_name, username, language_code)
            self.customers[fresh] = customer
            self.chats[fresh] = Chat(fresh, "private", first_name, username)
            self.signal.send()
            return customer

    def add_chat(self, kind: ChatKind, title: str, threads: frozenset[int] = frozenset()) -> Chat:
        """A group or channel that has the bot in it. *threads* are the ids of its topics."""
        with self.lock:
            chat = Chat(-1_001_000_000_001 - len(self.chats), kind, title, threads=threads)
            self.chats[chat.id] = chat
            return chat

    def say(
        self,
        user_id: int,
        text: str,
        chat_id: int | None = None,
        thread_id: int | None = None,
        reply_to: Message | None = None,
    ) -> Message:
        """A customer writes *text* in his private chat, or in the group *chat_id*, perhaps in a topic or as a reply."""
        with self.lock:
            content = Content(_typed(text))
            return self._say(user_id, user_id if chat_id is None else chat_id, content, reply_to, thread_id)

    def say_formatted(self, user_id: int, words: Formatted, picture: bytes | None = None) -> Message:
        """A customer sends formatted *words* in his private chat, perhaps below a *picture*."""
        with self.lock:
            stored = self.files.add("photo", Upload("picture", picture)) if picture is not None else None
            return self._say(user_id, user_id, Content(words, photo=stored))

    def _say(
        self,
        user_id: int,
        chat_id: int,
        content: Content,
        reply_to: Message | None = None,
        thread_id: int | None = None,
    ) -> Message:
        customer, chat = self.customers[user_id], self.chats[chat_id]
        if chat.kind == "private":
            self._open(customer)
        reply = {"reply_to_message": self.message_wire(reply_to)} if reply_to is not None else None
        message = self.put(chat, content, customer.wire(), service=reply, thread_id=thread_id)
        self.updates.add("message", self.message_wire(message))
        return message

    def say_without_sender(self, chat_id: int, text: str) -> Message:
        """A channel post, or a group message of an anonymous administrator: `from` is no person."""
        with self.lock:
            chat = self.chats[chat_id]
            is_channel = chat.kind == "channel"
            sender = None if is_channel else ANONYMOUS_ADMIN
            message = self.put(chat, Content(_typed(text)), sender, sender_chat=chat.wire())
            self.updates.add("channel_post" if is_channel else "message", self.message_wire(message))
            return message

    def edit(self, chat_id: int, message_id: int, text: str) -> Message:
        """Edit a message or a channel post."""
        with self.lock:
            old = self.chats[chat_id].messages[message_id]
            message = self.keep(replace(old, content=Content(_typed(text)), edited_at=self.clock.now()))
            kind = "edited_channel_post" if self.chats[chat_id].kind == "channel" else "edited_message"
            self.updates.add(kind, self.message_wire(message))
            return message

    def press_start(self, user_id: int, payload: str = "") -> Message:
        """The Start button, with what a deep link put behind `?start=`."""
        return self.say(user_id, f"/start {payload}".strip())

    def block(self, user_id: int) -> None:
        """The customer blocks the bot; a message to the customer is refused with 403 from now on."""
        with self.lock:
            self.customers[user_id].blocked = True
            self.my_chat_member(self.customers[user_id], "member", "kicked")

    def deactivate(self, user_id: int) -> None:
        """The customer deletes his account."""
        with self.lock:
            self.customers[user_id].deactivated = True

    def tap(self, user_id: int, message_id: int, button: str, chat_id: int | None = None) -> Button | Tap:
        """Tap the button with this text or callback data.

        A callback gives its `Tap`, a pay button opens the checkout, other kinds give the `Button` itself. Data of
        an older keyboard, or of a deleted message, still arrive: clients lag. Raises `NoSuchButton`.
        """
        with self.lock:
            chat = self.chats[user_id if chat_id is None else chat_id]
            message = chat.messages.get(message_id) or chat.deleted.get(message_id)
            if message is None:
                raise NoSuchButton(f"no message {message_id}")
            keys = [key for row in message.content.keyboard for key in row]
            key = next((k for k in keys if button in (k.data, k.text) and button), None)
            if key is None and button in message.old_data:
                key = Button(button, "callback", button)
            if key is None:
                raise NoSuchButton(f"message {message_id} never had a button {button!r}")
            if key.kind == "pay":
                self.pay_invoice(user_id, message_id, chat.id)
            return self._callback(user_id, message, key.data) if key.kind == "callback" else key

    def forge(self, user_id: int, message_id: int, data: str) -> Tap:
        """A hostile client sends forged callback data for one of its messages."""
        with self.lock:
            return self._callback(user_id, self.chats[user_id].messages[message_id], data)

    def _callback(self, user_id: int, message: Message, data: str) -> Tap:
        tap = Tap(self.new_id(), user_id, data)
        self.taps[tap.id] = tap
        chat = self.chats[message.chat_id]
        shown: dict[str, Any] = self.message_wire(message)
        if message.id in chat.deleted:
            shown = {"chat": chat.wire(), "message_id": message.id, "date": 0}
        customer = self.customers[user_id].wire()
        instance = str(chat.id * 7919)
        body = {"id": tap.id, "from": customer, "chat_instance": instance, "message": shown, "data": data}
        self.updates.add("callback_query", body)
        return tap

    def pay_invoice(self, user_id: int, message_id: int, chat_id: int | None = None) -> Checkout:
        """Press Pay on an invoice, one's own or (with *chat_id*) one that another customer forwarded.

        The bot gets a pre_checkout_query; its `ok` takes the Stars. Raises `NoSuchButton` when that message
        is no invoice, or is one that its own chat has already paid.
        """
        with self.lock:
            chat = self.chats[user_id if chat_id is None else chat_id]
            message = chat.messages.get(message_id)
            if message is None or message.content.invoice is None:
                raise NoSuchButton(f"message {message_id} is no invoice")
            if message.charge_id is not None and chat.id == user_id:
                raise NoSuchButton(f"invoice {message_id} is paid")
            return self._checkout(user_id, message.content.invoice, chat.id, message_id)

    def pay_link(self, user_id: int, url: str) -> Checkout:
        """Pay by a link from createInvoiceLink; a link can be used any number of times. Raises `NoSuchButton`."""
        with self.lock:
            invoice = self.checkouts.links.get(url)
            if invoice is None:
                raise NoSuchButton(f"no invoice behind {url!r}")
            return self._checkout(user_id, invoice, None, None)

    def _checkout(self, user_id: int, invoice: Invoice, chat_id: int | None, message_id: int | None) -> Checkout:
        payer = self.customers[user_id]
        self._open(payer)
        checkout = Checkout(self.new_id(), payer, invoice, self.clock.now(), chat_id, message_id)
        self.checkouts.open[checkout.id] = checkout
        self.updates.add("pre_checkout_query", checkout.wire())
        return checkout

    def push_raw(self, body: dict[str, Any]) -> int:
        """Queue a hostile or unusual update as it is; returns its number."""
        with self.lock:
            return self.updates.add_raw(body)

    def mark_read(self, user_id: int) -> None:
        """The customer has looked at his chat."""
        with self.lock:
            self.customers[user_id].seen_up_to = self.chats[user_id].last_id

    def _open(self, customer: Customer) -> None:
        if customer.deactivated:
            raise ValueError(f"customer {customer.id} deleted his account")
        if customer.blocked:
            customer.blocked = False
            self.my_chat_member(customer, "kicked", "member")
        customer.started = True


def _typed(text: str) -> Formatted:
    """What a person typed: plain, except that a leading /command is marked as such."""
    command = text.split(maxsplit=1)[0] if text.strip() else ""
    if text.startswith("/") and len(command) > 1:
        return Formatted(text, (Entity("bot_command", 0, units(command)),))
    return Formatted(text)

"""What the sandbox page shows of a chat, as plain JSON values. Pure: it changes nothing."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from orbit_sandbox.telegram.entities import as_html
from orbit_sandbox.telegram.messages import Message
from orbit_sandbox.telegram.state import TelegramState

TYPING_LASTS = timedelta(seconds=5)
TOASTS_KEPT = 20


def chat_view(telegram: TelegramState, customer_id: int, file_address: str = "/sandbox/file/") -> dict[str, Any]:
    """The private chat of one customer: `messages` in order, recent `toasts`, whether the bot is `typing`.

    Each message has `text_html` (escaped, with b, i, u, s, code, pre, a, tg-spoiler, blockquote only), its picture
    and document as addresses below *file_address*, its keyboard and its invoice. Unknown customers have an empty chat.
    """
    with telegram.lock:
        chat = telegram.chats.get(customer_id)
        messages = list(chat.messages.values()) if chat is not None else []
        toasts = [toast for toast in telegram.toasts if toast.user_id == customer_id]
        typing_since = telegram.typing.get(customer_id)
        now = telegram.clock.now()
    return {
        "messages": [_message(message, file_address) for message in messages],
        "toasts": [{"id": t.id, "text": t.text, "alert": t.alert} for t in toasts[-TOASTS_KEPT:]],
        "typing": typing_since is not None and now - typing_since < TYPING_LASTS,
    }


def customers_view(telegram: TelegramState) -> list[dict[str, Any]]:
    """Every customer: `id`, `name`, `language` and the number of `unread` messages."""
    with telegram.lock:
        return [
            {
                "id": customer.id,
                "name": customer.first_name,
                "language": customer.language_code or "en",
                "unread": _unread(telegram, customer.id, customer.seen_up_to),
                "blocked": customer.blocked,
            }
            for customer in telegram.customers.values()
        ]


def bot_texts(telegram: TelegramState, customer_id: int) -> list[str]:
    """The texts of the bot's messages, newest first."""
    with telegram.lock:
        chat = telegram.chats.get(customer_id)
        messages = list(chat.messages.values()) if chat else []
        return [message.content.words.text for message in reversed(messages) if message.from_bot]


def callback_buttons(telegram: TelegramState, customer_id: int, word: str) -> Iterator[tuple[int, str]]:
    """Callback buttons whose data are *word* or begin with it, as (message, data), newest message first."""
    with telegram.lock:
        chat = telegram.chats.get(customer_id)
        messages = list(chat.messages.values()) if chat else []
        found = [
            (message.id, key.data)
            for message in reversed(messages)
            for row in message.content.keyboard
            for key in row
            if key.kind == "callback" and (key.data == word or key.data.startswith(word))
        ]
    return iter(found)


def _unread(telegram: TelegramState, customer_id: int, seen_up_to: int) -> int:
    messages = telegram.chats[customer_id].messages.values()
    return sum(message.id > seen_up_to and message.from_bot for message in messages)


def _message(message: Message, file_address: str) -> dict[str, Any]:
    content = message.content
    photo, document, invoice = content.photo, content.document, content.invoice
    return {
        "id": message.id,
        "from": "bot" if message.from_bot else "customer",
        "text_html": as_html(content.words),
        "edited": message.edited_at is not None,
        "at": message.at.isoformat(),
        "photo": file_address + photo.id if photo else None,
        "document": {"name": document.name, "url": file_address + document.id} if document else None,
        "keyboard": [[_key(key.text, key.kind, key.data, key.style) for key in row] for row in content.keyboard],
        "invoice": None
        if invoice is None
        else {
            "title": invoice.title,
            "description": invoice.description,
            "amount": invoice.stars,
            "paid": message.charge_id is not None,
        },
        "service": _service(message),
    }


def _key(text: str, kind: str, data: str, style: str | None) -> dict[str, Any]:
    return {"text": text, "kind": kind, "data": data, "style": style}


def _service(message: Message) -> dict[str, Any] | None:
    """A line in the middle of the chat: a payment or a refund in Stars."""
    for kind, body in (message.service or {}).items():
        return {"kind": kind, "amount": body["total_amount"]}
    return None

"""Methods that put a new message into a chat."""

from dataclasses import replace
from typing import Any, Literal

from orbit_sandbox.telegram.keyboard import Button, Keyboard, keyboard_from
from orbit_sandbox.telegram.messages import Content, Invoice
from orbit_sandbox.telegram.methods.composing import caption_of, file_of, keyboard_of, text_of
from orbit_sandbox.telegram.params import Params
from orbit_sandbox.telegram.people import Chat
from orbit_sandbox.telegram.refusals import bad_request
from orbit_sandbox.telegram.state import TelegramState

MAX_STARS = 10_000
MONTH_S = 2_592_000
MAX_TOPIC_NAME = 128


def send_message(state: TelegramState, params: Params) -> dict[str, Any]:
    """Text, at most 4096 units."""
    chat = state.writable_chat(params.text("chat_id"))
    return _put(state, params, chat, Content(text_of(params), keyboard_of(params)))


def send_photo(state: TelegramState, params: Params) -> dict[str, Any]:
    """A picture, uploaded or by its id, with a caption of at most 1024 units."""
    chat = state.writable_chat(params.text("chat_id"))
    return _send_file(state, params, chat, "photo")


def send_document(state: TelegramState, params: Params) -> dict[str, Any]:
    """Any file, uploaded or by its id, with a caption of at most 1024 units."""
    chat = state.writable_chat(params.text("chat_id"))
    return _send_file(state, params, chat, "document")


def _send_file(state: TelegramState, params: Params, chat: Chat, kind: Literal["photo", "document"]) -> dict[str, Any]:
    caption, keyboard = caption_of(params), keyboard_of(params)
    stored = file_of(state, kind, params, params.text(kind))
    return _put(state, params, chat, Content.of_file(kind, stored, caption, keyboard))


def copy_message(state: TelegramState, params: Params) -> dict[str, Any]:
    """Send the content of a message again, as a broadcast does; a new caption or keyboard may replace the old."""
    chat = state.writable_chat(params.text("chat_id"))
    source = state.find_chat(params.text("from_chat_id")).messages.get(params.integer("message_id"))
    if source is None:
        raise bad_request("message to copy not found")
    if source.service is not None or source.content.invoice is not None:
        raise bad_request("message can't be copied")
    content = replace(source.content, keyboard=keyboard_of(params))
    if "caption" in params.values and content.has_media:
        content = replace(content, words=caption_of(params))
    return {"message_id": _put(state, params, chat, content)["message_id"]}


def send_invoice(state: TelegramState, params: Params) -> dict[str, Any]:
    """An invoice in Telegram Stars with a Pay button, the bot's own or the default one."""
    chat = state.writable_chat(params.text("chat_id"))
    invoice = invoice_of(params)
    keyboard = keyboard_from(params.structure("reply_markup")) or _pay_button(invoice)
    keys = [key for row in keyboard for key in row]
    if keys[0].kind != "pay" or any(key.kind == "pay" for key in keys[1:]):
        raise bad_request("REPLY_MARKUP_BUY_EMPTY")
    return _put(state, params, chat, Content(keyboard=keyboard, invoice=invoice))


def create_invoice_link(state: TelegramState, params: Params) -> str:
    """The same invoice as a link, which any customer may open any number of times."""
    invoice = invoice_of(params)
    period_s = params.integer("subscription_period", 0)
    if period_s not in (0, MONTH_S):
        raise bad_request("SUBSCRIPTION_PERIOD_INVALID")
    url = f"https://t.me/${state.rng.getrandbits(96):024x}"
    state.checkouts.links[url] = replace(invoice, period_s=period_s or None)
    return url


def invoice_of(params: Params) -> Invoice:
    """Read an invoice in Stars. Raises `BotApiRefusal` (400) for the limits that Telegram documents."""
    title, description = params.text("title"), params.text("description")
    payload, prices = params.text("payload"), params.structure("prices")
    if not 1 <= len(title) <= 32:
        raise bad_request("invoice title must be 1-32 characters")
    if not 1 <= len(description) <= 255:
        raise bad_request("invoice description must be 1-255 characters")
    if not 1 <= len(payload.encode()) <= 128:
        raise bad_request("INVOICE_PAYLOAD_INVALID")
    if params.text("currency") != "XTR":
        raise bad_request("CURRENCY_INVALID")
    if params.text("provider_token"):
        raise bad_request("PAYMENT_PROVIDER_INVALID")
    match prices:
        case [{"label": str(label), "amount": int(stars)}] if label and 1 <= stars <= MAX_STARS:
            return Invoice(title, description, payload, stars, params.text("start_parameter"))
    raise bad_request("STARS_INVOICE_INVALID")


def _pay_button(invoice: Invoice) -> Keyboard:
    return ((Button(f"Pay ⭐️{invoice.stars}", "pay"),),)


def create_forum_topic(state: TelegramState, params: Params) -> dict[str, Any]:
    """A topic of a forum where the bot may manage topics."""
    chat, name = state.writable_chat(params.text("chat_id")), params.text("name")
    if not chat.threads:
        raise bad_request("the chat is not a forum")
    if not chat.may_manage_topics:
        raise bad_request("not enough rights to create a topic")
    if not 1 <= len(name) <= MAX_TOPIC_NAME:
        raise bad_request("TOPIC_NAME_INVALID")
    topic = {"name": name, "icon_color": 0x6FB9F0}
    thread_id = chat.last_id + 1
    chat.threads |= {thread_id}
    state.put(chat, Content(), state.bot_wire(), service={"forum_topic_created": topic}, thread_id=thread_id)
    return topic | {"message_thread_id": thread_id}


def _put(state: TelegramState, params: Params, chat: Chat, content: Content) -> dict[str, Any]:
    thread = params.integer("message_thread_id", 0)
    if thread and thread not in chat.threads:
        raise bad_request("message thread not found")
    post = chat.kind == "channel"
    sender, sender_chat = (None, chat.wire()) if post else (state.bot_wire(), None)
    return state.message_wire(state.put(chat, content, sender, sender_chat, thread_id=thread or None))

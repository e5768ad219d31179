"""Methods that change or remove what the bot has sent."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, Literal

from orbit_sandbox.telegram.messages import Content, Message
from orbit_sandbox.telegram.methods.composing import caption_of, file_of, keyboard_of, text_of
from orbit_sandbox.telegram.params import Params
from orbit_sandbox.telegram.refusals import bad_request
from orbit_sandbox.telegram.state import TelegramState

DELETABLE_FOR = timedelta(hours=48)
_SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


def edit_text(state: TelegramState, params: Params) -> dict[str, Any]:
    """New words; a keyboard that isn't sent again is gone."""
    old = _editable(state, params)
    words = text_of(params)
    if old.content.has_media or old.content.invoice is not None:
        raise bad_request("there is no text in the message to edit")
    return _change(state, old, replace(old.content, words=words, keyboard=keyboard_of(params)))


def edit_caption(state: TelegramState, params: Params) -> dict[str, Any]:
    """New words under a picture or document; none removes them."""
    old = _editable(state, params)
    caption = caption_of(params)
    if not old.content.has_media:
        raise bad_request("there is no caption in the message to edit")
    return _change(state, old, replace(old.content, words=caption, keyboard=keyboard_of(params)))


def edit_markup(state: TelegramState, params: Params) -> dict[str, Any]:
    """Another keyboard, or none."""
    old = _editable(state, params)
    return _change(state, old, replace(old.content, keyboard=keyboard_of(params)))


def edit_media(state: TelegramState, params: Params) -> dict[str, Any]:
    """Another picture or document with its caption; a text message may become one."""
    old = _editable(state, params)
    media = params.structure("media")
    if not isinstance(media, dict) or media.get("type") not in {"photo", "document"}:
        raise bad_request("can't parse InputMedia: the sandbox knows photo and document")
    kind: Literal["photo", "document"] = media["type"]
    inner = Params(media, params.files)
    caption = caption_of(inner)
    stored = file_of(state, kind, params, inner.text("media"))
    return _change(state, old, Content.of_file(kind, stored, caption, keyboard_of(params)))


def delete_message(state: TelegramState, params: Params) -> bool:
    """Remove one message, not older than 48 hours."""
    _delete(state, params.text("chat_id"), params.integer("message_id"))
    return True


def delete_messages(state: TelegramState, params: Params) -> bool:
    """Remove up to 100 messages; unknown ids are skipped."""
    ids = params.structure("message_ids")
    if not isinstance(ids, list) or not 1 <= len(ids) <= 100 or not all(isinstance(one, int) for one in ids):
        raise bad_request("message identifiers must be 1-100 integers")
    chat = state.writable_chat(params.text("chat_id"))
    for one in ids:
        if one in chat.messages:
            _delete(state, str(chat.id), one)
    return True


def _delete(state: TelegramState, reference: str, message_id: int) -> None:
    chat = state.writable_chat(reference)
    message = chat.messages.get(message_id)
    if message is None:
        raise bad_request("message to delete not found")
    if state.clock.now() - message.at > DELETABLE_FOR:
        raise bad_request("message can't be deleted for everyone")
    chat.deleted[message_id] = chat.messages.pop(message_id)
    state.signal.send()


def _editable(state: TelegramState, params: Params) -> Message:
    chat = state.writable_chat(params.text("chat_id"))
    message = chat.messages.get(params.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if message.service is not None or not (message.from_bot or chat.kind == "channel"):
        raise bad_request("message can't be edited")
    return message


def _change(state: TelegramState, old: Message, content: Content) -> dict[str, Any]:
    if content == old.content:
        raise bad_request(_SAME)
    return state.message_wire(state.keep(replace(old, content=content, edited_at=state.clock.now())))

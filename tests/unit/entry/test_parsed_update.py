"""An update without what nobody reads says the same as the whole one."""

from typing import Any

import pytest
from aiogram import Bot
from aiogram.types import CallbackQuery, InaccessibleMessage, Message, Update

from orbit_entry.bot.parsed_update import MalformedUpdate, parsed_update

BOT = Bot("424242:token")
VERA = {"id": 7, "is_bot": False, "first_name": "Vera", "language_code": "ru"}
CHAT = {"id": 7, "type": "private", "first_name": "Vera"}
KEYBOARD = {"inline_keyboard": [[{"text": "Home", "callback_data": "home"}]]}
TAPPED = {"message_id": 2, "date": 1_760_000_000, "chat": CHAT, "from": VERA, "text": "Orbit", "reply_markup": KEYBOARD}
FORUM = {"id": -100, "type": "supergroup", "title": "Staff", "is_forum": True}


def tap(**fields: Any) -> dict[str, Any]:
    tapped = {"id": "1", "from": VERA, "chat_instance": "1", "data": "home", "message": TAPPED}
    return {"update_id": 1, "callback_query": {**tapped, **fields}}


@pytest.mark.parametrize(
    "raw",
    [
        tap(),
        tap(message={**TAPPED, "text": None, "photo": []}),
        tap(message={**TAPPED, "chat": FORUM, "message_thread_id": 5, "is_topic_message": True}),
        tap(message={"message_id": 2, "date": 0, "chat": CHAT}),
        tap(message=None, inline_message_id="AA"),
        {"update_id": 1, "message": {**TAPPED, "text": "/start"}},
    ],
    ids=["text", "picture", "topic", "inaccessible", "inline", "message"],
)
def test_what_is_read_is_the_same(raw: dict[str, Any]) -> None:
    """Whatever a handler or a screen looks at: who, where, what was tapped, and whether it can be edited."""
    whole, parsed = Update.model_validate(raw, context={"bot": BOT}), parsed_update(raw, BOT)
    assert (parsed.message, facts(parsed.callback_query)) == (whole.message, facts(whole.callback_query))


def facts(query: CallbackQuery | None) -> object:
    if query is None:
        return None
    message = query.message
    said = (query.id, query.from_user, query.data, query.inline_message_id, query.bot)
    if not isinstance(message, Message):
        return (*said, type(message), message.chat if isinstance(message, InaccessibleMessage) else None)
    place = (message.chat, message.message_id, message.message_thread_id, message.is_topic_message)
    return (*said, *place, message.text, message.bot)


@pytest.mark.parametrize("message", ["text", 5, [], {"message_id": "x", "date": 1, "chat": CHAT}, {"chat": {}}])
def test_a_malformed_tap_is_refused(message: object) -> None:
    """What isn't a message is no update, as before."""
    with pytest.raises(MalformedUpdate):
        parsed_update(tap(message=message), BOT)

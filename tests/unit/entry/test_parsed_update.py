"""An update without what nobody reads says the same as the whole one."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from aiogram import Bot
from aiogram.types import CallbackQuery, InaccessibleMessage, Message, Update
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from orbit_entry.bot.parsed_update import MalformedUpdate, _without_keyboard, parsed_update
from orbit_entry.bot.plain_update import plain_update

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


NAMES = st.text(st.characters(), max_size=3)
PEOPLE = st.fixed_dictionaries(
    {"id": st.integers(), "is_bot": st.booleans(), "first_name": NAMES},
    optional={"last_name": NAMES, "username": NAMES, "language_code": NAMES, "is_premium": st.booleans()},
)
CHATS = st.fixed_dictionaries(
    {"id": st.integers(), "type": st.just("private")},
    optional={"first_name": NAMES, "last_name": NAMES, "username": NAMES},
)
ENTITIES = st.fixed_dictionaries({"type": st.just("bot_command"), "offset": st.integers(), "length": st.integers()})
SENT = st.fixed_dictionaries(
    {"message_id": st.integers(), "date": st.integers(1, 10**10 - 1), "chat": CHATS, "from": PEOPLE, "text": NAMES},
    optional={"entities": st.lists(ENTITIES, max_size=2)},
)
TAPS = st.fixed_dictionaries(
    {"id": NAMES, "from": PEOPLE, "chat_instance": NAMES, "data": NAMES, "message": SENT | st.just(TAPPED)}
)
PLAIN = st.one_of(SENT.map(lambda one: {"message": one}), TAPS.map(lambda one: {"callback_query": one})).map(
    lambda one: {"update_id": 1, **one}
)
ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.sampled_from((1.0, "\ud83d", "7")), st.just([]), st.just({"id": 7})
)


@given(raw=PLAIN)
def test_what_is_plain_is_read_as_pydantic_reads_it(raw: dict[str, Any]) -> None:
    """Every field, every part, the bot, and which fields were given: the object is the same, made another way."""
    plain = plain_update(_without_keyboard(raw), BOT)
    by_pydantic = Update.model_validate(_without_keyboard(raw), context={"bot": BOT})
    assert plain is not None
    assert plain == by_pydantic
    assert plain.model_dump(exclude_unset=True) == by_pydantic.model_dump(exclude_unset=True)


@given(raw=PLAIN, odd=ODD, data=st.data())
def test_what_is_not_plain_is_left_to_pydantic(raw: dict[str, Any], odd: object, data: st.DataObject) -> None:
    """One field is something else, is missing, or is one that nobody knows: pydantic's verdict holds."""
    raw = deepcopy(raw)  # Examples share their parts.
    holder = data.draw(st.sampled_from(list(_holders(raw))))
    name = data.draw(st.sampled_from([*holder, "unknown"]))
    if data.draw(st.booleans()):
        holder[name] = odd
    else:
        holder.pop(name, None)
    try:
        expected = Update.model_validate(_without_keyboard(raw), context={"bot": BOT})
    except ValidationError:
        with pytest.raises(MalformedUpdate):
            parsed_update(raw, BOT)
    else:
        assert parsed_update(raw, BOT) == expected


def _holders(part: object) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        yield part
        for inner in part.values():
            yield from _holders(inner)

"""What people do most, a tap and a text in a private chat, as aiogram's objects without pydantic (docs/decisions/0073).

pydantic looks for each of the two hundred fields that such an update might have. Here those that it has are checked.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from aiogram import Bot
from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, Chat, Message, MessageEntity, TelegramObject, Update, User

_Check = Callable[[Any, Bot], object]
_set = object.__setattr__

_LATEST = 10_000_000_000
"""From a later second on pydantic takes a number for milliseconds."""


class _NotPlain(Exception):
    """pydantic decides what it is."""


def plain_update(raw: Mapping[str, Any], bot: Bot) -> Update | None:
    """*raw* as pydantic would read it. None for every update that isn't plain, all malformed ones included."""
    try:
        update: Update = _UPDATE.made(raw, bot)
    except _NotPlain:
        return None
    return update


def _text(value: object, _bot: Bot) -> str:
    if type(value) is not str or not (value.isascii() or _is_text(value)):
        raise _NotPlain
    return value


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _number(value: object, _bot: Bot) -> int:
    if type(value) is not int:
        raise _NotPlain
    return value


def _flag(value: object, _bot: Bot) -> bool:
    if type(value) is not bool:
        raise _NotPlain
    return value


def _date(value: object, _bot: Bot) -> datetime:
    if type(value) is not int or not 0 < value < _LATEST:
        raise _NotPlain
    return datetime.fromtimestamp(value, UTC)


def _private(value: object, _bot: Bot) -> str:
    if value != ChatType.PRIVATE.value or type(value) is not str:
        raise _NotPlain
    return value


class _Plain:
    """Objects of *kind* that have the fields *required*, perhaps some of *optional*, and no other."""

    def __init__(
        self,
        kind: type[TelegramObject],
        required: Mapping[str, _Check],
        optional: Mapping[str, _Check] | None = None,
    ) -> None:
        self._kind = kind
        names = {field.alias or name: name for name, field in kind.model_fields.items()}
        self._fields = {name: (names[name], check) for name, check in {**required, **(optional or {})}.items()}
        self._required = frozenset(names[name] for name in required)
        # Every field in its order; the required ones are replaced each time.
        self._defaults = {name: field.default for name, field in kind.model_fields.items()}

    def made(self, raw: object, bot: Bot) -> Any:
        """*raw* as pydantic leaves it after validation; `model_construct` sets the same four."""
        if type(raw) is not dict:
            raise _NotPlain
        values, given, fields = self._defaults.copy(), set(), self._fields
        for name, value in raw.items():
            if name not in fields:
                raise _NotPlain
            field, check = fields[name]
            values[field] = check(value, bot)
            given.add(field)
        if not self._required <= given:
            raise _NotPlain
        made = self._kind.__new__(self._kind)
        _set(made, "__dict__", values)
        _set(made, "__pydantic_fields_set__", given)
        _set(made, "__pydantic_extra__", {})
        _set(made, "__pydantic_private__", {"_bot": bot})
        return made


def _entities(value: object, bot: Bot) -> list[Any]:
    if type(value) is not list:
        raise _NotPlain
    return [_ENTITY.made(one, bot) for one in value]


_NAMES: Mapping[str, _Check] = {"last_name": _text, "username": _text}
_USER = _Plain(
    User,
    {"id": _number, "is_bot": _flag, "first_name": _text},
    {**_NAMES, "language_code": _text, "is_premium": _flag},
)
_CHAT = _Plain(Chat, {"id": _number, "type": _private}, {"first_name": _text, **_NAMES})
_ENTITY = _Plain(MessageEntity, {"type": _text, "offset": _number, "length": _number})
_PLACE: Mapping[str, _Check] = {"message_id": _number, "date": _date, "chat": _CHAT.made}
_MESSAGE = _Plain(Message, {**_PLACE, "from": _USER.made, "text": _text}, {"entities": _entities})
_TAPPED = _Plain(Message, _PLACE, {"text": _text})
_TAP = _Plain(
    CallbackQuery,
    {"id": _text, "from": _USER.made, "chat_instance": _text, "message": _TAPPED.made, "data": _text},
)
_UPDATE = _Plain(Update, {"update_id": _number}, {"callback_query": _TAP.made, "message": _MESSAGE.made})

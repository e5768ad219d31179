"""An update as aiogram's types say it, without what nothing here reads."""

from collections.abc import Mapping
from typing import Any

from aiogram import Bot
from aiogram.types import Update
from pydantic import ValidationError

from orbit_entry.bot.plain_update import plain_update

_TAP = "callback_query"
_READ_OF_TAPPED = ("message_id", "date", "chat", "text", "message_thread_id", "is_topic_message")


class MalformedUpdate(ValueError):
    """The data isn't an update as the Bot API describes it."""


def parsed_update(raw: Mapping[str, Any], bot: Bot) -> Update:
    """*raw* as an update of *bot*. Raises MalformedUpdate.

    A tap brings the whole message along with its keyboard. To parse that takes longer than all the rest of a tap,
    and only its place and whether it has a text matter: it is left out.
    """
    read = _without_keyboard(raw)
    plain = plain_update(read, bot)
    if plain is not None:
        return plain
    try:
        return Update.model_validate(read, context={"bot": bot})
    except (ValidationError, RecursionError) as error:
        raise MalformedUpdate from error


def _without_keyboard(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    tap = raw.get(_TAP)
    message = tap.get("message") if isinstance(tap, Mapping) else None
    if not isinstance(tap, Mapping) or not isinstance(message, Mapping):
        return raw
    read = {name: message[name] for name in _READ_OF_TAPPED if name in message}
    return {**raw, _TAP: {**tap, "message": read}}

"""Finds the updates that speak of money, from the raw update: even one that can't be parsed is not lost."""

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from orbit_domain.ids import TelegramId
from orbit_domain.payment.inbox import MoneyEvent, MoneyUpdate
from orbit_domain.payment.recurrence import RecurrenceState

_EVENTS = {
    "successful_payment": MoneyEvent.PAID,
    "refunded_payment": MoneyEvent.REFUNDED,
    "gift": MoneyEvent.GIFT,
    "unique_gift": MoneyEvent.GIFT,
    "gift_upgrade_sent": MoneyEvent.GIFT,
}
_RECURRENCE = "subscription"
_STARS = "XTR"
_MAX_ID_CHARS = 200
_MAX_UNITS = 2**63


def speaks_of_money(raw: Mapping[str, Any]) -> bool:
    """Whether *raw* is an update that must be stored before it is acknowledged."""
    return _money_in(raw) is not None or raw.get(_RECURRENCE) is not None


def source_name(bot_id: int) -> str:
    """Where what Telegram says about a bot's money is recorded."""
    return f"telegram:{bot_id}"


def money_update(raw: Mapping[str, Any], bot_id: int) -> MoneyUpdate | None:
    """What the raw update *raw* of the bot *bot_id* says about money; None when it says nothing.

    A field that isn't what it must be is left out. An update without a name of Telegram's is named by all it holds.
    """
    found = _money_in(raw)
    if found is None:
        return _recurrence_update(raw, bot_id)
    message, field = found
    event, content = _EVENTS[field], _object(message.get(field))
    asset, units = _amount(event, content)
    return MoneyUpdate(
        source=source_name(bot_id),
        external_id=_external_id(event, message, content) or _digest(raw),
        event=event,
        sender=_sender(message),
        asset=asset,
        units=units,
        payload=json.dumps(raw),
        invoice_id=_invoice_id(content),
    )


def _recurrence_update(raw: Mapping[str, Any], bot_id: int) -> MoneyUpdate | None:
    """What Telegram says of a subscription in Stars. It names no charge, and the update's number is part of the name:
    two that say the same are two.
    """
    if raw.get(_RECURRENCE) is None:
        return None
    said = _object(raw.get(_RECURRENCE))
    state = None
    with suppress(ValueError):
        state = RecurrenceState(str(said.get("state")))
    return MoneyUpdate(
        source=source_name(bot_id),
        external_id=_digest(raw),
        event=MoneyEvent.RECURRENCE,
        sender=_person(said.get("user")),
        asset=_STARS,
        units=0,
        payload=json.dumps(raw),
        invoice_id=_invoice_id(said),
        recurrence=state,
    )


def _money_in(raw: Mapping[str, Any]) -> tuple[Mapping[str, Any], str] | None:
    """The message and the name of its field that speaks of money."""
    message = _object(raw.get("message"))
    if _EVENTS.keys().isdisjoint(message):  # As almost always.
        return None
    field = next((name for name in _EVENTS if message.get(name) is not None), None)
    return None if field is None else (message, field)


def _external_id(event: MoneyEvent, message: Mapping[str, Any], content: Mapping[str, Any]) -> str | None:
    """Telegram's own name of the payment, or of the gift's message. The update's number isn't one: it starts anew."""
    if event is MoneyEvent.GIFT:
        chat, number = _object(message.get("chat")).get("id"), message.get("message_id")
        return f"{event}:{chat}:{number}" if _is_number(chat) and _is_number(number) else None
    charge = content.get("telegram_payment_charge_id")
    return f"{event}:{charge}" if isinstance(charge, str) and 0 < len(charge) <= _MAX_ID_CHARS else None


def _invoice_id(content: Mapping[str, Any]) -> str | None:
    """The name that the invoice was given when it was made."""
    payload = content.get("invoice_payload")
    return payload if isinstance(payload, str) and 0 < len(payload) <= _MAX_ID_CHARS else None


def _digest(raw: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(raw, sort_keys=True).encode()).hexdigest()


def _amount(event: MoneyEvent, content: Mapping[str, Any]) -> tuple[str, int]:
    if event is MoneyEvent.GIFT:
        return _STARS, _units(_object(content.get("gift")).get("star_count"))
    currency = content.get("currency")
    return currency if isinstance(currency, str) else "", _units(content.get("total_amount"))


def _units(value: object) -> int:
    return value if isinstance(value, int) and _is_number(value) and value >= 0 else 0


def _sender(message: Mapping[str, Any]) -> TelegramId | None:
    return _person(message.get("from"))


def _person(user: object) -> TelegramId | None:
    sender = _object(user).get("id")
    return TelegramId(sender) if isinstance(sender, int) and _is_number(sender) else None


def _is_number(value: object) -> bool:
    return type(value) is int and abs(value) < _MAX_UNITS


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}

"""What was typed for a setting, as it is stored."""

import re
from collections.abc import Callable, Collection

from orbit_domain.money import Currency
from orbit_domain.payment.amount import NotAnAmount, parse_amount
from orbit_domain.payment.payment import Method
from orbit_domain.shop_setting.setting import (
    OFF,
    ON,
    SettingKind,
    SettingName,
    SettingNotTaken,
    SettingProblem,
)
from orbit_domain.shop_setting.telegram_html import is_whole, visible_text, without_controls

MAX_TEXT = 1_000
"""Visible characters of a text: home has more to say below it."""
MAX_LINK = 500
MAX_REWARD_UNITS = 1_000_000
_MAX_MARKUP = 4
"""So many times as long as the visible text may be the text with its markup."""
_ACCOUNT = re.compile(r"(?:(?:https://)?t\.me/|@)?([A-Za-z][A-Za-z0-9_]{4,31})", re.ASCII)
_HTTPS = re.compile(r"https://[\w-]+(?:\.[\w-]+)+(?::[1-9][0-9]{0,4})?(?:[/?#][^\s<>\"\\]*)?")
_SWITCH = {**dict.fromkeys((ON, "yes", "true", "1"), ON), **dict.fromkeys((OFF, "no", "false", "0"), OFF)}


def checked(name: SettingName, typed: str, base: Currency, methods: Collection[Method]) -> str:
    """The value that *typed* means. *methods* are those that are set up. Raises SettingNotTaken."""
    match name.kind:
        case SettingKind.METHODS:
            return _methods(name, typed, methods)
        case SettingKind.AMOUNT:
            return _amount(name, typed, base)
        case kind:
            return _READERS[kind](name, typed)


def amount_text(units: int) -> str:
    """An amount in base units as people write it, and as it is stored: `50`, `49.90`."""
    whole, part = divmod(units, 100)
    return f"{whole}.{part:02}" if part else f"{whole}"


def named_methods(value: str) -> tuple[Method, ...]:
    """The methods that a stored value names, in their order."""
    return tuple(Method(name) for name in value.split(",") if name)


def _text(name: SettingName, typed: str) -> str:
    text = without_controls(typed).strip()
    visible = visible_text(text)
    if not visible:
        raise SettingNotTaken(name, SettingProblem.EMPTY)
    if len(visible) > MAX_TEXT or len(text) > MAX_TEXT * _MAX_MARKUP:
        raise SettingNotTaken(name, SettingProblem.TOO_LONG, MAX_TEXT)
    if not is_whole(text):
        raise SettingNotTaken(name, SettingProblem.BROKEN_HTML)
    return text


def _account(name: SettingName, typed: str) -> str:
    found = _ACCOUNT.fullmatch(typed.strip())
    if found is None:
        raise SettingNotTaken(name, SettingProblem.ACCOUNT)
    return found[1]


def _link(name: SettingName, typed: str) -> str:
    url = typed.strip()
    if len(url) > MAX_LINK:
        raise SettingNotTaken(name, SettingProblem.TOO_LONG, MAX_LINK)
    if not _is_https(url):
        raise SettingNotTaken(name, SettingProblem.LINK)
    return url


def _is_https(url: str) -> bool:
    """Whether Telegram opens it from a button, and it hides no other address behind a user name."""
    return url.isprintable() and _HTTPS.fullmatch(url) is not None


def _switch(name: SettingName, typed: str) -> str:
    value = _SWITCH.get(typed.strip().lower())
    if value is None:
        raise SettingNotTaken(name, SettingProblem.SWITCH)
    return value


def _methods(name: SettingName, typed: str, known: Collection[Method]) -> str:
    named = named_methods("".join(typed.lower().split()))
    if not named or len(set(named)) < len(named) or not set(named) <= set(known):
        raise SettingNotTaken(name, SettingProblem.METHODS)
    return ",".join(named)


def _amount(name: SettingName, typed: str, base: Currency) -> str:
    try:
        units = parse_amount(typed, base).units
    except NotAnAmount:
        units = MAX_REWARD_UNITS + 1
    if units > MAX_REWARD_UNITS:
        raise SettingNotTaken(name, SettingProblem.AMOUNT, MAX_REWARD_UNITS)
    return amount_text(units)


_READERS: dict[SettingKind, Callable[[SettingName, str], str]] = {
    SettingKind.TEXT: _text,
    SettingKind.ACCOUNT: _account,
    SettingKind.LINK: _link,
    SettingKind.SWITCH: _switch,
}

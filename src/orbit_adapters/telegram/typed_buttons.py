"""Buttons as an admin types them: a line each, a label and where it leads."""

import re

from orbit_domain.broadcast.content import PROMO_MARK, BroadcastButton, ButtonFault, NotAButton, Place, shown_line
from orbit_domain.promo.promo import read_code

_LINE = re.compile(r"(?P<label>.+)\s[-–—|]\s+(?P<target>\S.*)")
_PROMO = re.compile(r"(?:промокод|promo)\s+(?P<code>.+)", re.IGNORECASE)
_PLACES = {
    "тарифы": Place.PLANS,
    "plans": Place.PLANS,
    "подключение": Place.CONNECT,
    "connect": Place.CONNECT,
    "приглашение": Place.INVITE,
    "invite": Place.INVITE,
    "баланс": Place.BALANCE,
    "balance": Place.BALANCE,
}
"""What may be typed as a place, whatever the language of the admin."""


def read_buttons(typed: str) -> tuple[BroadcastButton, ...]:
    """The buttons that were *typed*. Raises NotAButton for a line that makes none."""
    buttons = tuple(_button(line.strip()) for line in typed.splitlines() if line.strip())
    if not buttons:
        raise NotAButton("", ButtonFault.SHAPE)
    return buttons


def _button(line: str) -> BroadcastButton:
    found = _LINE.fullmatch(line)
    if found is None:
        raise NotAButton(shown_line(line), ButtonFault.SHAPE)
    return BroadcastButton(found["label"].strip(), _target(found["target"].strip(), line))


def _target(typed: str, line: str) -> str:
    promo = _PROMO.fullmatch(typed)
    if promo is None:
        return _PLACES.get(typed.casefold(), typed)
    code = read_code(promo["code"])
    if code is None:
        raise NotAButton(shown_line(line), ButtonFault.PROMO)
    return f"{PROMO_MARK}{code}"

"""Buttons in the chats of the staff: links that open the bot at the place, where the role of whoever taps is asked.

Only places that show something have a link. What a button does is never done by a link: anybody can send one.
"""

import re
from dataclasses import replace

from orbit_adapters.telegram.callback_data import Callback
from orbit_adapters.telegram.panel_callbacks import SeePanels
from orbit_adapters.telegram.screen import Button, LinkButton, Screen, TapButton
from orbit_adapters.telegram.staff_callbacks import SeeAdmin, SeeCustomer, SeeNameless, SeeWaiting
from orbit_adapters.telegram.support_callbacks import SeeCase, SeeCases

_PREFIX = "at_"
_PLACES: tuple[type[Callback], ...] = (SeeAdmin, SeeCustomer, SeeNameless, SeePanels, SeeWaiting, SeeCase, SeeCases)
PLACE = rf"{_PREFIX}[0-9a-z-]{{1,58}}\Z"
"""The shape of a payload of /start that names a place."""
_PAYLOAD = re.compile(PLACE, re.ASCII)
_SEPARATOR, _IN_LINK, _WORD_MARK, _WORD_MARK_IN_LINK = ":", "-", "_", "--"


def payload_of(place: Callback) -> str | None:
    """What a link to *place* says behind `?start=`. None: no link leads there."""
    if not isinstance(place, _PLACES):
        return None
    payload = _PREFIX + place.pack().replace(_WORD_MARK, _WORD_MARK_IN_LINK).replace(_SEPARATOR, _IN_LINK)
    return payload if _PAYLOAD.match(payload) else None


def place_of(payload: str) -> Callback | None:
    """The place that `payload_of` named; None for anything else."""
    if not _PAYLOAD.match(payload):
        return None
    body = payload.removeprefix(_PREFIX)
    data = body.replace(_WORD_MARK_IN_LINK, _WORD_MARK).replace(_IN_LINK, _SEPARATOR)
    return next((place for kind in _PLACES if (place := kind.unpack(data)) is not None), None)


def for_group(screen: Screen, bot_username: str) -> Screen:
    """*screen* as it is shown to a group: its buttons lead to places, and those that would act are gone.

    The link to the menu is left out where there is a better one.
    """
    kept: list[tuple[Button, ...]] = []
    for row in screen.rows:
        is_menu = any(isinstance(button, TapButton) and isinstance(button.tap, SeeAdmin) for button in row)
        linked = tuple(found for button in row if (found := _linked(button, bot_username)) is not None)
        if linked and not (is_menu and kept):
            kept.append(linked)
    return replace(screen, rows=tuple(kept))


def _linked(button: Button, bot_username: str) -> Button | None:
    if not isinstance(button, TapButton):
        return button
    payload = payload_of(button.tap)
    return LinkButton(button.text, f"https://t.me/{bot_username}?start={payload}") if payload else None

"""The buttons of every screen as Telegram gets them: what aiogram's own models would make of them."""

import json
from typing import Any

import pytest
from aiogram.types import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup

from orbit_adapters.telegram.callback_data import KEPT_MARK
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.notices import notice_screen
from orbit_adapters.telegram.refusals import refusal_screen
from orbit_adapters.telegram.screen import Button, CopyButton, LinkButton, Screen, TapButton
from orbit_adapters.telegram.show import keyboard_json
from orbit_domain.money import RUB
from orbit_domain.user.user import LANGUAGES
from tests.unit.screens.golden_files import as_text
from tests.unit.screens.notice_examples import NOTICES
from tests.unit.screens.refusal_examples import REFUSALS
from tests.unit.screens.screen_examples import SCREENS


def screens(language: str) -> list[Screen]:
    """Every example: screens, notices and refusals."""
    translate = Translator(language)
    return [
        *(make(language) for make in SCREENS.values()),
        *(notice_screen(notice, translate, RUB) for notice in NOTICES.values()),
        *(refusal_screen(refusal, translate) for refusal in REFUSALS.values()),
    ]


def by_models(screen: Screen) -> Any:
    """The keyboard of *screen*, made of aiogram's models."""
    if not screen.rows:
        return None
    mark = KEPT_MARK if screen.kept else ""
    rows = [[_model(button, mark) for button in row] for row in screen.rows]
    return json.loads(InlineKeyboardMarkup(inline_keyboard=rows).model_dump_json(exclude_none=True))


def _model(button: Button, mark: str) -> InlineKeyboardButton:
    match button:
        case TapButton():
            return InlineKeyboardButton(text=button.text, callback_data=f"{button.tap.pack()}{mark}")
        case LinkButton():
            return InlineKeyboardButton(text=button.text, url=button.url)
        case CopyButton():
            return InlineKeyboardButton(text=button.text, copy_text=CopyTextButton(text=button.copied))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_both_ways(language: str) -> None:
    """Each keyboard is what the models make of it, and a screen that is made again, of kept texts, is the same."""
    kept = screens(language)
    for screen, again in zip(kept, screens(language), strict=True):
        sent = keyboard_json(screen)
        assert (json.loads(sent) if sent is not None else None) == by_models(screen)
        assert as_text(again) == as_text(screen)

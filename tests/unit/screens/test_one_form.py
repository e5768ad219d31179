"""Numbers, dates, names and labels have one form on every screen."""

import re

import pytest

from orbit_adapters.telegram.money_format import ASSET_NAMES, METHOD_NAMES
from orbit_domain.money import USDT
from orbit_domain.payment.payment import TON_METHOD, USDT_METHOD
from orbit_domain.user.user import LANGUAGES
from tests.unit.screens.readable import every_screen, visible_units, visible_words
from tests.unit.screens.screen_examples import SCREENS

COIN = ASSET_NAMES["ton:native"]
TOKEN = ASSET_NAMES[USDT.code]
LONGEST_WORD = {1: 40, 2: 13, 3: 8, 4: 6}
"""How many characters of one word fit on a button of a phone, by the number of buttons in its row."""

MONTHS = {
    "ru": "января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря",
    "en": "January|February|March|April|May|June|July|August|September|October|November|December",
}
DATES = {"ru": rf"\d{{1,2}} (?:{MONTHS['ru']}) \d{{4}}", "en": rf"(?:{MONTHS['en']}) \d{{1,2}}, \d{{4}}"}
WRONG_SEPARATOR = {"ru": r"\d\.\d", "en": r"\d,\d{1,2}(?!\d)"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_coin_has_one_name(language: str) -> None:
    """Wherever the coin is named it has the one name of the table, also as a method of payment.

    USDT is named with its network, which is called TON as ever: on another network it would be lost.
    """
    assert (METHOD_NAMES[TON_METHOD], METHOD_NAMES[USDT_METHOD]) == (COIN, TOKEN)
    for name, screen in every_screen(language):
        assert not re.search(r"TON|GRAM|USDT", visible_words(screen).replace(COIN, "").replace(TOKEN, "")), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_have_the_separator_of_the_language(language: str) -> None:
    """A decimal comma in Russian and a decimal point in English, for coins as for roubles."""
    for name, screen in every_screen(language):
        assert not re.search(WRONG_SEPARATOR[language], visible_words(screen)), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_dates_have_one_form(language: str) -> None:
    """Every date names day, month and year in the order of the language."""
    for name, screen in every_screen(language):
        without_dates = re.sub(DATES[language], "", visible_words(screen))
        assert not re.search(rf"\b(?:{MONTHS[language]})\b", without_dates), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_label_breaks_in_a_word_on_a_phone(language: str) -> None:
    """Buttons share a row only when every word of their labels fits."""
    for name, screen in every_screen(language):
        for row in screen.rows:
            words = [word for button in row for word in button.text.split(" ")]
            assert max(map(len, words)) <= LONGEST_WORD[len(row)], f"{name}: {row}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_of_an_invoice_leaves_room_for_its_picture(language: str) -> None:
    """The text beside the QR code is at most 320 characters, address and comment included."""
    assert visible_units(SCREENS["payment"](language).text) <= 320

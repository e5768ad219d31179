"""What is special about the shop in figures."""

import re

import pytest

from orbit_adapters.telegram.screens.stats import stats_screen
from orbit_domain.user.user import LANGUAGES
from tests.unit.screens import shop_figures
from tests.unit.screens.readable import read, visible_units


@pytest.mark.parametrize("language", LANGUAGES)
def test_telegram_takes_the_figures_of_the_largest_shop(language: str) -> None:
    """Sixty hostile methods and panels and numbers of fifteen digits fit into one message of sound HTML."""
    screen = stats_screen(shop_figures.crowded(language))
    reader = read(screen.text)
    assert not reader.faults
    assert visible_units(screen.text) <= 4_096
    assert not re.search("[\u202a-\u202e]", screen.text)


def test_what_is_left_out_is_said() -> None:
    """The twelve largest are listed, and how many there are besides is told."""
    text = stats_screen(shop_figures.crowded("en")).text
    assert text.count("… and 48 more") == 2
    assert text.count("•") == 24


def test_the_largest_comes_first_and_the_homeless_last() -> None:
    """Methods are ranked by money, panels by keys, and keys without a panel close the list."""
    text = stats_screen(shop_figures.busy("en")).text
    order = [text.index(name) for name in ("Ton usdt", "TON (GRAM)", "main", "spare", "no place yet")]
    assert order == sorted(order)

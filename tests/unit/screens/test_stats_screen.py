"""The statistics screen with extreme numbers, and its order."""

import re

import pytest

from orbit_adapters.telegram.screens.stats import stats_screen
from orbit_domain.user.user import LANGUAGES
from tests.unit.screens import stats_examples
from tests.unit.screens.readable import read, visible_units


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_largest_statistics_fit_into_a_message(language: str) -> None:
    """Sixty hostile methods and panels and numbers of fifteen digits fit into one message of valid HTML."""
    screen = stats_screen(stats_examples.crowded(language))
    reader = read(screen.text)
    assert not reader.faults
    assert visible_units(screen.text) <= 4_096
    assert not re.search("[\u202a-\u202e]", screen.text)


def test_the_number_of_omitted_rows_is_shown() -> None:
    """The twelve largest rows are listed, with the number of the others."""
    text = stats_screen(stats_examples.crowded("en")).text
    assert text.count("… and 48 more") == 2
    assert text.count("•") == 24


def test_rows_are_sorted_and_keys_without_a_panel_come_last() -> None:
    """Methods are sorted by revenue, panels by keys. Keys without a panel come last."""
    text = stats_screen(stats_examples.busy("en")).text
    order = [text.index(name) for name in ("USDT (TON)", "TON (GRAM)", "main", "spare", "no place yet")]
    assert order == sorted(order)

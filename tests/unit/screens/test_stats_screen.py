"""The statistics screen with extreme numbers, and its order."""

import re

import pytest

from orbit_adapters.telegram.screens.stats import stats_screen
from orbit_adapters.telegram.screens.trends import trends_chart, trends_screen
from orbit_domain.stats import Span
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


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_largest_trends_fit_under_a_picture(language: str) -> None:
    """Sixty hostile methods and numbers of fifteen digits fit into a caption of valid HTML."""
    screen = trends_screen(stats_examples.crowded_trends(language), b"picture")
    assert not read(screen.text).faults
    assert visible_units(screen.text) <= 1_024
    assert not re.search("[\u202a-\u202e]", screen.text)


def test_a_picture_holds_all_revenue_whatever_its_methods() -> None:
    """The largest methods one by one, all others together: the bars of each part sum up to its revenue."""
    view = stats_examples.crowded_trends("en")
    revenue, _ = trends_chart(view).bars
    assert [one.name for one in revenue.series][-1] == "Others"
    assert len(revenue.series) == 8
    assert sum(value for one in revenue.series for value in one.values) == view.trends.total.total.units
    assert len(revenue.labels) == len(view.trends.begins)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_shop_has_sentences_in_place_of_bars(language: str) -> None:
    """Both charts say so, in the language of whoever reads."""
    bars = trends_chart(stats_examples.no_trends(language)).bars
    assert all(one.is_empty and one.empty for one in bars)


def test_days_and_months_have_their_names() -> None:
    """Thirty days by their date, a year by its months."""
    month = trends_chart(stats_examples.trends("ru", Span.MONTH, "ton")).bars[0]
    year = trends_chart(stats_examples.trends("en", Span.YEAR, "ton")).bars[0]
    assert (month.labels[0], month.labels[-1], len(month.labels)) == ("21 янв.", "19 февр.", 30)
    assert (year.labels[0], year.labels[-1], len(year.labels)) == ("Feb", "Feb", 13)

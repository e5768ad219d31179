"""Text from outside is harmless once it is on a screen."""

import unicodedata
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from orbit_adapters.telegram.sanitize import Html, clean, code, html

anything = st.text(alphabet=st.characters(exclude_categories=()), max_size=300)


@given(anything, st.integers(1, 60))
def test_cleaned_text_is_one_short_visible_line(text: str, maximum: int) -> None:
    """Nothing invisible, nothing that reorders, no second line, never longer than asked; it can be sent as UTF-8."""
    shown = clean(text, maximum)
    assert len(shown) <= maximum
    assert not {unicodedata.category(one) for one in shown} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert shown == shown.strip()
    assert shown.encode().decode() == shown


@given(anything)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    """What was cleaned once is clean."""
    assert clean(clean(text)) == clean(text)


@given(anything)
def test_html_of_a_text_is_that_text(text: str) -> None:
    """Whatever looks like a tag is shown as it was written, and no tag comes out of it."""
    made = html(text)
    assert "<" not in made
    assert ">" not in made
    assert unescape(made) == clean(text)


def test_towers_of_accents_are_levelled() -> None:
    """A letter keeps two marks: enough for every language, too few to cover the line above."""
    assert clean("z" + "\u0301" * 50) == "z\u0301\u0301"


def test_ordinary_names_stay_as_they_are() -> None:
    """Cyrillic, accents, emoji and apostrophes survive."""
    for name in ("Вера О'Нил", "José 🚀", "Ёжик & Ко", "नमस्ते"):
        assert clean(name) == name


def test_code_is_html_already() -> None:
    """What is marked as HTML is not escaped a second time."""
    assert code("a<b") == "<code>a&lt;b</code>"
    assert isinstance(code("a"), Html)

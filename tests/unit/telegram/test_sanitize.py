"""Text from outside is harmless on a screen."""

import unicodedata
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from orbit_adapters.telegram.sanitize import Html, code, escape_html, sanitize

anything = st.text(alphabet=st.characters(exclude_categories=()), max_size=300)


@given(anything, st.integers(1, 60))
def test_sanitized_text_is_one_short_visible_line(text: str, maximum: int) -> None:
    """No invisible characters or direction marks, one line, at most *maximum* characters, valid UTF-8."""
    line = sanitize(text, maximum)
    assert len(line) <= maximum
    assert not {unicodedata.category(one) for one in line} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert line == line.strip()
    assert line.encode().decode() == line


@given(anything)
def test_sanitizing_twice_changes_nothing(text: str) -> None:
    """Sanitized text stays as it is."""
    assert sanitize(sanitize(text)) == sanitize(text)


@given(anything)
def test_escaped_text_is_that_text(text: str) -> None:
    """A tag in the text is shown as written and never becomes a tag."""
    escaped = escape_html(text)
    assert "<" not in escaped
    assert ">" not in escaped
    assert unescape(escaped) == sanitize(text)


def test_stacked_accents_are_cut() -> None:
    """A letter keeps two marks: enough for every language, too few to cover the line above."""
    assert sanitize("z" + "\u0301" * 50) == "z\u0301\u0301"


def test_ordinary_names_stay_as_they_are() -> None:
    """Cyrillic, accents, emoji and apostrophes survive."""
    for name in ("Вера О'Нил", "José 🚀", "Ёжик & Ко", "नमस्ते"):
        assert sanitize(name) == name


def test_code_is_html_already() -> None:
    """What is marked as HTML is not escaped a second time."""
    assert code("a<b") == "<code>a&lt;b</code>"
    assert isinstance(code("a"), Html)

"""A text that is parsed when it is first shown is the text of the file."""

from importlib.resources import files

import pytest
from fluent.runtime import FluentBundle, FluentResource
from fluent.syntax.ast import Message

from orbit_adapters.telegram.late_bundle import LateBundle
from orbit_domain.user.user import LANGUAGES

NESTED = """
# A comment.
-shop = Orbit
b-buy = Buy
    at { -shop }
hint = Press { b-buy }, { $name }.
"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_text_is_found_alone_as_in_the_whole_file(language: str) -> None:
    """Nothing of a file is left over: each text that fluent sees in it is found by its key, with the same words."""
    source = files("orbit_adapters.telegram").joinpath("texts", f"{language}.ftl").read_text(encoding="utf-8")
    late = LateBundle(language, source)
    whole = {entry.id.name: entry for entry in FluentResource(source).body if isinstance(entry, Message)}
    assert len(whole) > 1_000
    for key, entry in whole.items():
        (alone,) = (one for one in FluentResource(late.source(key)).body if isinstance(one, Message))
        assert alone.equals(entry, ["span", "comment"])


def test_what_a_text_names_comes_with_it() -> None:
    """Texts and terms inside a text are filled in, in whatever order they stand; an unknown key is no text."""
    late, whole = LateBundle("en", NESTED), FluentBundle(["en"], use_isolating=False)
    whole.add_resource(FluentResource(NESTED))
    facts = {"name": "Anna"}
    said = late.format_pattern(late.get_message("hint").value, facts)
    assert said == whole.format_pattern(whole.get_message("hint").value, facts)
    assert said == ("Press Buy\nat Orbit, Anna.", [])
    assert not late.has_message("other")

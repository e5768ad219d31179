"""The language for each client."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_domain.errors import Refusal
from orbit_domain.user.user import LANGUAGES, NoSuchLanguage, known_language, language_for


@pytest.mark.parametrize("code", ["ru", "RU", "ru-RU", "be", "uk", "uk-UA", "kk", "ky", "uz", "tg", "hy", "az"])
def test_languages_of_the_region_get_russian(code: str) -> None:
    """Clients set to Russian or a language of its neighbours are greeted in Russian, whatever the region or case."""
    assert language_for(code) == "ru"


@pytest.mark.parametrize("code", ["en", "en-GB", "de", "zh-hans", "rue", "rur", "-ru", "", None])
def test_all_other_languages_get_english(code: str | None) -> None:
    """Any other language, and a client that doesn't say, gets English; a code that only begins alike is another one."""
    assert language_for(code) == "en"


@given(st.one_of(st.none(), st.text()))
def test_any_language_tag_gives_a_language(code: str | None) -> None:
    """Every language tag, even an invalid one, gives a language of the shop."""
    assert language_for(code) in LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_spoken_language_is_accepted(language: str) -> None:
    """A language of the shop can be chosen by its own name."""
    assert known_language(language) == language


@given(st.text().filter(lambda text: text not in LANGUAGES))
def test_an_unknown_language_is_refused_by_name(language: str) -> None:
    """A forged choice is refused, with the choice as a fact, and never stored."""
    with pytest.raises(NoSuchLanguage) as refused:
        known_language(language)
    assert refused.value.language == language
    assert isinstance(refused.value, Refusal)

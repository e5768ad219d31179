"""The customer's choices: so far, the language."""

from orbit_adapters.telegram.callbacks import ChooseLanguage, SeeHome
from orbit_adapters.telegram.say import Say
from orbit_adapters.telegram.screen import Row, Screen, TapButton, keyboard
from orbit_adapters.telegram.screens.rows import back_row
from orbit_domain.user.user import LANGUAGES


def settings_screen(language: str) -> Screen:
    """Every language the shop speaks, *language* marked."""
    say = Say(language)
    return Screen(say("settings"), keyboard(_languages(say), back_row(say, SeeHome())[:1]))


def language_changed_screen(language: str) -> Screen:
    """The same in the new language, with a word that it took."""
    return settings_screen(language).hinting(Say(language).label("language-changed"))


def _languages(say: Say) -> Row:
    return tuple(TapButton(_name(one, say), ChooseLanguage(one)) for one in LANGUAGES)


def _name(language: str, say: Say) -> str:
    name = say.label(f"b-language-{language}")
    return say.label("b-chosen", name=name) if language == say.language else name

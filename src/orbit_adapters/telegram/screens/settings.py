"""The settings: the language, what renews by itself, and what the bot writes."""

from orbit_adapters.telegram.account_callbacks import SeeDeletion
from orbit_adapters.telegram.callbacks import ChooseLanguage, SeeHome
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.notice_callbacks import SeeNotices
from orbit_adapters.telegram.renewal_callbacks import SeeAutoRenewal
from orbit_adapters.telegram.screen import Row, Screen, TapButton, keyboard, tap
from orbit_adapters.telegram.screens.buttons import back_row, terms_row
from orbit_domain.user.user import LANGUAGES


def settings_screen(language: str, terms: str = "") -> Screen:
    """Every supported language, with *language* marked, the ways to renewal and notices, and the shop's *terms*."""
    translate = Translator(language)
    return Screen(
        translate("settings"),
        keyboard(
            _languages(translate),
            tap(translate.label("b-auto-renewal"), SeeAutoRenewal()),
            tap(translate.label("b-notices"), SeeNotices()),
            terms_row(terms, translate),
            tap(translate.label("b-delete-account"), SeeDeletion()),
            back_row(translate, SeeHome())[:1],
        ),
    )


def language_changed_screen(language: str, terms: str = "") -> Screen:
    """The settings in the new language, with a toast that confirms the change."""
    return settings_screen(language, terms).with_toast(Translator(language).label("language-changed"))


def _languages(translate: Translator) -> Row:
    return tuple(TapButton(_name(one, translate), ChooseLanguage(one)) for one in LANGUAGES)


def _name(language: str, translate: Translator) -> str:
    name = translate.label(f"b-language-{language}")
    return translate.label("b-chosen", name=name) if language == translate.language else name

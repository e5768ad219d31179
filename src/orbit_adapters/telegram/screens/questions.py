"""Writing to the shop through the bot, and the answer of its staff."""

from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.screen import Screen, keyboard, tap
from orbit_adapters.telegram.screens.buttons import home_row
from orbit_adapters.telegram.support_callbacks import SeeCases
from orbit_domain.ids import TelegramId
from orbit_domain.use_cases.show_home import Home
from orbit_domain.user.user import User


def question_passed_on_screen(user: User) -> Screen:
    """The question was passed on."""
    translate = Translator(user.language)
    return Screen(translate("question-passed-on"), keyboard(home_row(translate)))


def ask_answer_screen(home: Home, customer: TelegramId) -> Screen:
    """Ask an admin for the answer to *customer*."""
    translate = Translator(home.user.language)
    return Screen(translate("answer-ask", who=str(customer)), keyboard(home_row(translate)))


def answer_sent_screen(admin: User) -> Screen:
    """The answer is on its way."""
    translate = Translator(admin.language)
    return Screen(translate("answer-sent"), keyboard(tap(translate.label("b-cases"), SeeCases(0)), home_row(translate)))

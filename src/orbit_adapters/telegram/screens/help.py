"""The help, and the help about a payment that isn't visible."""

import re

from orbit_adapters.telegram.callbacks import ClaimTransfer, SeeBalance, SeeHome, SeePaySupport, WriteToOwner
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.money_format import method_name
from orbit_adapters.telegram.sanitize import code
from orbit_adapters.telegram.screen import Row, Screen, keyboard, link, tap
from orbit_adapters.telegram.screens.buttons import back_row, connect_row, paragraphs, terms_row
from orbit_domain.payment.payment import TON_METHOD
from orbit_domain.use_cases.show_home import Home
from orbit_domain.use_cases.show_statement import Statement

_USERNAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}", re.ASCII)


def help_screen(home: Home) -> Screen:
    """Answers by problem, and whom to write to: without a support account the bot passes on what is written."""
    translate = Translator(home.user.language)
    number = code(str(home.user.tg_id))
    return Screen(
        paragraphs(
            translate("help", problem=translate.label("b-payment-problem"), coin=method_name(TON_METHOD)),
            translate("help-number", number=number),
        ),
        keyboard(
            connect_row(translate),
            tap(translate.label("b-payment-problem"), SeePaySupport()),
            tap(translate.label("b-no-comment"), ClaimTransfer()),
            support_row(home.support, translate),
            terms_row(home.terms, translate),
            back_row(translate, SeeHome())[:1],
        ),
    )


def paysupport_screen(statement: Statement, support: str) -> Screen:
    """What to do when a payment isn't visible: check again, compare the comment, write to support."""
    translate = Translator(statement.user.language)
    number = code(str(statement.user.tg_id))
    return Screen(
        paragraphs(
            translate("paysupport", balance=statement.user.balance, paid=translate.label("b-paid")),
            translate("paysupport-write", number=number),
        ),
        keyboard(
            tap(translate.label("b-no-comment"), ClaimTransfer()),
            tap(translate.label("b-refresh"), SeePaySupport()),
            tap(translate.label("b-balance", balance=statement.user.balance), SeeBalance()),
            support_row(support, translate),
            back_row(translate, SeeHome())[:1],
        ),
    )


def _is_username(support: str) -> bool:
    return bool(_USERNAME.fullmatch(support.removeprefix("@")))


def support_row(support: str, translate: Translator) -> Row:
    """The way to the support: its account, or the bot, which passes on what is written."""
    if not _is_username(support):
        return tap(translate.label("b-support"), WriteToOwner())
    return link(translate.label("b-support"), f"https://t.me/{support.removeprefix('@')}")

"""Answers by problem, and what to do when money isn't to be seen."""

import re

from orbit_adapters.telegram.callbacks import SeeBalance, SeeHome, SeePaySupport
from orbit_adapters.telegram.clean import code
from orbit_adapters.telegram.say import Say
from orbit_adapters.telegram.screen import Row, Screen, keyboard, link, tap
from orbit_adapters.telegram.screens.rows import back_row, connect_row, paragraphs
from orbit_domain.use_cases.show_home import Home
from orbit_domain.use_cases.show_statement import Statement

_USERNAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}", re.ASCII)


def help_screen(home: Home, support: str) -> Screen:
    """Answers by problem. *support* is a Telegram username; without one there is no button to write to."""
    say = Say(home.user.language)
    number = code(str(home.user.tg_id))
    return Screen(
        paragraphs(say("help", trouble=say.label("b-pay-trouble")), say("help-number", number=number)),
        keyboard(
            connect_row(say),
            tap(say.label("b-pay-trouble"), SeePaySupport()),
            _write(support, say),
            back_row(say, SeeHome())[:1],
        ),
    )


def paysupport_screen(statement: Statement, support: str) -> Screen:
    """What to do when money was sent and isn't to be seen: look, compare, tell a person."""
    say = Say(statement.user.language)
    number = code(str(statement.user.tg_id))
    tell = "paysupport-write" if _is_username(support) else "paysupport-number"
    return Screen(
        paragraphs(
            say("paysupport", balance=statement.user.balance, paid=say.label("b-paid")), say(tell, number=number)
        ),
        keyboard(
            tap(say.label("b-refresh"), SeePaySupport()),
            tap(say.label("b-balance", balance=statement.user.balance), SeeBalance()),
            _write(support, say),
            back_row(say, SeeHome())[:1],
        ),
    )


def _is_username(support: str) -> bool:
    return bool(_USERNAME.fullmatch(support.removeprefix("@")))


def _write(support: str, say: Say) -> Row:
    if not _is_username(support):
        return ()
    return link(say.label("b-support"), f"https://t.me/{support.removeprefix('@')}")

"""The home screen: the state of the subscription and the next steps."""

from functools import lru_cache
from typing import NamedTuple

from orbit_adapters.telegram.callbacks import SeeBalance, SeeHelp, SeeInvite, SeeSettings, StartTrial
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.sanitize import Html
from orbit_adapters.telegram.screen import Row, Screen, TapButton, keyboard, tap
from orbit_adapters.telegram.screens.buttons import connect_row, paragraphs, plans_row, terms_row
from orbit_adapters.telegram.staff_callbacks import SeeAdmin
from orbit_domain.money import Money
from orbit_domain.subscription.subscription import GRACE, SubscriptionState
from orbit_domain.use_cases.show_home import Home

_NEW = (SubscriptionState.NONE, SubscriptionState.TRIAL)
_CONNECTED = (SubscriptionState.TRIAL, SubscriptionState.ACTIVE, SubscriptionState.GRACE)


def home_screen(home: Home) -> Screen:
    """The state of the subscription, the balance, and the buttons that apply."""
    translate = Translator(home.user.language)
    balance = "" if home.user.balance.is_zero else translate("home-balance", balance=home.user.balance)
    buttons = _Buttons(
        home.user.language,
        home.state,
        home.user.balance,
        home.terms if home.state is SubscriptionState.NONE else "",
        has_trial=home.trial_available,
        has_invitations=home.has_invitations,
        is_staff=home.is_staff,
    )
    return Screen(paragraphs(_state(home, translate), balance), _rows(buttons))


class _Buttons(NamedTuple):
    """What the buttons depend on: nothing that tells one customer from another but the balance."""

    language: str
    state: SubscriptionState
    balance: Money
    terms: str
    has_trial: bool
    has_invitations: bool
    is_staff: bool


@lru_cache(maxsize=512)
def _rows(buttons: _Buttons) -> tuple[Row, ...]:
    """Most customers have the same ones: they are made once."""
    translate = Translator(buttons.language)
    return keyboard(
        tap(translate.label("b-trial"), StartTrial()) if buttons.has_trial else (),
        connect_row(translate) if buttons.state in _CONNECTED else (),
        plans_row(translate, "b-buy" if buttons.state in _NEW else "b-renew"),
        _balance_row(buttons, translate),
        (
            TapButton(translate.label("b-help"), SeeHelp()),
            TapButton(translate.label("b-settings"), SeeSettings()),
        ),
        terms_row(buttons.terms, translate),
        tap(translate.label("b-admin"), SeeAdmin()) if buttons.is_staff else (),
    )


def hint_screen(home: Home) -> Screen:
    """Home after a message that the bot doesn't understand."""
    return home_screen(home).with_intro(Translator(home.user.language)("home-hint"))


def unknown_link_screen(home: Home) -> Screen:
    """Home after a link of ours that leads nowhere."""
    return home_screen(home).with_intro(Translator(home.user.language)("home-unknown-link"))


def outdated_screen(home: Home) -> Screen:
    """Home after a tap on an outdated button."""
    return home_screen(home).with_toast(Translator(home.user.language).label("home-outdated"))


def welcome_text(welcome: Html | str, translate: Translator) -> Html:
    """What somebody without a subscription reads: the owner's words, or those of the texts."""
    return paragraphs(Html(welcome), translate("home-none-yet")) if welcome else translate("home-none")


def _state(home: Home, translate: Translator) -> Html:
    ends_at, now = home.subscription.ends_at, home.now
    if ends_at is None:
        return welcome_text(home.welcome, translate)
    end = translate.day(ends_at)
    match home.state:
        case SubscriptionState.TRIAL | SubscriptionState.ACTIVE:
            return translate(f"home-{home.state}", left=translate.time_left(ends_at, now), end=end)
        case SubscriptionState.GRACE:
            return translate("home-grace", left=translate.time_left(ends_at + GRACE, now), end=end)
        case _:
            return translate("home-expired", end=end)


def _balance_row(buttons: _Buttons, translate: Translator) -> Row:
    balance = TapButton(translate.label("b-balance", balance=buttons.balance), SeeBalance())
    invite = TapButton(translate.label("b-invite"), SeeInvite())
    return (balance, invite) if buttons.has_invitations else (balance,)

"""The home screen: the state of the subscription and the next steps."""

from orbit_adapters.telegram.callbacks import SeeBalance, SeeHelp, SeeInvite, SeeSettings, StartTrial
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.sanitize import Html
from orbit_adapters.telegram.screen import Row, Screen, TapButton, keyboard, tap
from orbit_adapters.telegram.screens.buttons import connect_row, paragraphs, plans_row, terms_row
from orbit_adapters.telegram.staff_callbacks import SeeAdmin
from orbit_domain.subscription.subscription import GRACE, SubscriptionState
from orbit_domain.use_cases.show_home import Home

_NEW = (SubscriptionState.NONE, SubscriptionState.TRIAL)
_CONNECTED = (SubscriptionState.TRIAL, SubscriptionState.ACTIVE, SubscriptionState.GRACE)


def home_screen(home: Home) -> Screen:
    """The state of the subscription, the balance, and the buttons that apply."""
    translate = Translator(home.user.language)
    balance = "" if home.user.balance.is_zero else translate("home-balance", balance=home.user.balance)
    return Screen(
        paragraphs(_state(home, translate), balance),
        keyboard(
            tap(translate.label("b-trial"), StartTrial()) if home.trial_available else (),
            connect_row(translate) if home.state in _CONNECTED else (),
            plans_row(translate, "b-buy" if home.state in _NEW else "b-renew"),
            _balance_row(home, translate),
            (
                TapButton(translate.label("b-help"), SeeHelp()),
                TapButton(translate.label("b-settings"), SeeSettings()),
            ),
            terms_row(home.terms, translate) if home.state is SubscriptionState.NONE else (),
            tap(translate.label("b-admin"), SeeAdmin()) if home.is_staff else (),
        ),
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


def _balance_row(home: Home, translate: Translator) -> Row:
    balance = TapButton(translate.label("b-balance", balance=home.user.balance), SeeBalance())
    invite = TapButton(translate.label("b-invite"), SeeInvite())
    return (balance, invite) if home.has_invitations else (balance,)

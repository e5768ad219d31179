"""The first screen: how the customer stands and what to do next."""

from orbit_adapters.telegram.callbacks import BeginTrial, SeeBalance, SeeHelp, SeeInvite, SeeSettings
from orbit_adapters.telegram.clean import Html
from orbit_adapters.telegram.say import Say
from orbit_adapters.telegram.screen import Row, Screen, TapButton, keyboard, tap
from orbit_adapters.telegram.screens.rows import connect_row, paragraphs, plans_row
from orbit_domain.subscription.subscription import GRACE, SubscriptionState
from orbit_domain.use_cases.show_home import Home

_NEW = (SubscriptionState.NONE, SubscriptionState.TRIAL)
_CONNECTED = (SubscriptionState.TRIAL, SubscriptionState.ACTIVE, SubscriptionState.GRACE)


def home_screen(home: Home) -> Screen:
    """The customer in a line, and every way on that leads somewhere."""
    say = Say(home.user.language)
    balance = "" if home.user.balance.is_zero else say("home-balance", balance=home.user.balance)
    return Screen(
        paragraphs(_state(home, say), balance),
        keyboard(
            tap(say.label("b-trial"), BeginTrial()) if home.trial_available else (),
            connect_row(say) if home.state in _CONNECTED else (),
            plans_row(say, "b-buy" if home.state in _NEW else "b-renew"),
            _pair(
                say.label("b-balance", balance=home.user.balance),
                say.label("b-invite"),
                (SeeBalance(), SeeInvite()),
            ),
            _pair(say.label("b-help"), say.label("b-settings"), (SeeHelp(), SeeSettings())),
        ),
    )


def lost_screen(home: Home) -> Screen:
    """Home for somebody who wrote what the bot can't read."""
    return home_screen(home).below(Say(home.user.language)("home-hint"))


def outdated_screen(home: Home) -> Screen:
    """Home for a button that means nothing any more."""
    return home_screen(home).hinting(Say(home.user.language).label("home-outdated"))


def _state(home: Home, say: Say) -> Html:
    ends_at, now = home.subscription.ends_at, home.now
    if ends_at is None:
        return say("home-none")
    end = say.day(ends_at, now)
    match home.state:
        case SubscriptionState.TRIAL | SubscriptionState.ACTIVE:
            return say(f"home-{home.state}", left=say.left(ends_at, now), end=end)
        case SubscriptionState.GRACE:
            return say("home-grace", left=say.left(ends_at + GRACE, now), end=end)
        case _:
            return say("home-expired", end=end)


def _pair(left: str, right: str, taps: tuple[SeeBalance | SeeHelp, SeeInvite | SeeSettings]) -> Row:
    return (TapButton(left, taps[0]), TapButton(right, taps[1]))

"""The screens after a payment from the balance and after the start of the trial."""

from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.screen import Screen, keyboard
from orbit_adapters.telegram.screens.buttons import connect_row, home_row
from orbit_adapters.telegram.screens.home import home_screen
from orbit_domain.order.order import Order
from orbit_domain.subscription.subscription import SubscriptionState
from orbit_domain.use_cases.show_home import Home


def paid_screen(order: Order, home: Home) -> Screen:
    """The *order* is paid, and the subscription lasts until then. The receipt is a message of its own."""
    translate = Translator(home.user.language)
    return Screen(
        translate(
            "paid",
            title=translate.plan_title(order.terms.titles, order.terms.code),
            end=translate.day(home.subscription.ends_at or home.now),
        ),
        keyboard(connect_row(translate), home_row(translate)),
    )


def trial_screen(home: Home) -> Screen:
    """The trial has started. After the trial, as from an old button, this is the home screen."""
    if home.state is not SubscriptionState.TRIAL:
        return home_screen(home)
    translate = Translator(home.user.language)
    end = translate.day(home.subscription.ends_at or home.now)
    return Screen(translate("trial-started", end=end), keyboard(connect_row(translate), home_row(translate)))

"""What a customer sees right after paying from the balance, or after starting the trial."""

from orbit_adapters.telegram.say import Say
from orbit_adapters.telegram.screen import Screen, keyboard
from orbit_adapters.telegram.screens.home import home_screen
from orbit_adapters.telegram.screens.rows import connect_row, home_row
from orbit_adapters.telegram.titles import title_of
from orbit_domain.order.order import Order
from orbit_domain.subscription.subscription import SubscriptionState
from orbit_domain.use_cases.show_home import Home


def paid_screen(order: Order, home: Home) -> Screen:
    """The receipt of *order*, with the end and the balance as they are now."""
    say = Say(home.user.language)
    return Screen(
        say(
            "paid",
            title=title_of(order.terms.titles, order.terms.code, say.language),
            price=order.price,
            balance=home.user.balance,
            end=say.day(home.subscription.ends_at or home.now, home.now),
        ),
        keyboard(connect_row(say), home_row(say)),
    )


def trial_screen(home: Home) -> Screen:
    """The trial runs; for a button pressed long after it, simply how the customer stands."""
    if home.state is not SubscriptionState.TRIAL:
        return home_screen(home)
    say = Say(home.user.language)
    end = say.day(home.subscription.ends_at or home.now, home.now)
    return Screen(say("trial-started", end=end), keyboard(connect_row(say), home_row(say)))

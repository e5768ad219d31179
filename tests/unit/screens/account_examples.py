"""The screens of deleting an account, in each of their states."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.screen import Screen
from orbit_adapters.telegram.screens.account import ask_deletion_screen, deleted_screen, deletion_screen
from orbit_adapters.telegram.screens.home import unknown_link_screen
from orbit_domain.subscription.repository import Customer
from orbit_domain.subscription.subscription import Subscription
from orbit_domain.use_cases.show_deletion import Deletion
from tests.unit.screens import view_examples
from tests.unit.screens.view_examples import DAY, NOW, TG_ID


def deletion(
    language: str, ends_in: timedelta | None = 12 * DAY, kopecks: int = 0, *, is_open: bool = False
) -> Deletion:
    """Of a customer whose time ends *ends_in* from now; *is_open*: with an invoice and a claim."""
    subscription = Subscription(TG_ID, NOW + ends_in if ends_in is not None else None)
    pending = view_examples.payment_view(language).payment if is_open else None
    return Deletion(Customer(view_examples.user(language, kopecks), subscription), pending, int(is_open), NOW)


ACCOUNT_SCREENS: Mapping[str, Callable[[str], Screen]] = {
    "deletion": lambda language: deletion_screen(deletion(language), "orbit_help"),
    "deletion_of_nothing": lambda language: deletion_screen(deletion(language, None), ""),
    "deletion_with_money": lambda language: deletion_screen(deletion(language, 5 * DAY, 7_150, is_open=True), ""),
    "deletion_ask": lambda language: ask_deletion_screen(deletion(language, -DAY)),
    "deletion_ask_with_money": lambda language: ask_deletion_screen(deletion(language, kopecks=7_150)),
    "deletion_done": lambda language: deleted_screen(Translator(language)),
    "home_unknown_link": lambda language: unknown_link_screen(view_examples.home(language, 12 * DAY)),
}

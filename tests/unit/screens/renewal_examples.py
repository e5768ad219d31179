"""Examples of what renews in Telegram by itself, by the name of their golden files."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from orbit_adapters.telegram.screen import Screen
from orbit_adapters.telegram.screens.renewal import ask_stop_screen, renewal_answer_screen, renewal_screen
from orbit_domain.money import STARS, Money
from orbit_domain.payment.payment import STARS_MONTHLY_METHOD
from orbit_domain.payment.recurrence import Recurrence, RecurrenceState, RenewalWish
from orbit_domain.use_cases.carry_out_renewal_wishes import RenewalOutcome
from orbit_domain.use_cases.show_renewal import RenewalView
from tests.unit.screens import view_examples
from tests.unit.screens.view_examples import DAY, NOW

ACTIVE = Recurrence(charged_at=NOW - 10 * DAY)
CANCELED = replace(ACTIVE, state=RecurrenceState.CANCELED)


def view(language: str, recurrence: Recurrence | None) -> RenewalView:
    """A customer whose month in Stars was paid ten days ago."""
    user, ends_at = view_examples.user(language), NOW + 20 * DAY
    if recurrence is None:
        return RenewalView(user, None, NOW)
    paid = view_examples.payment_view(language).payment
    due = replace(paid.quote, due=Money(96, STARS))
    monthly = replace(paid, method=STARS_MONTHLY_METHOD, quote=due, recurrence=recurrence)
    return RenewalView(user, ends_at, NOW, monthly)


EXAMPLES: Mapping[str, Callable[[str], Screen]] = {
    "renewal_none": lambda language: renewal_screen(view(language, None)),
    "renewal_active": lambda language: renewal_screen(view(language, ACTIVE)),
    "renewal_failed": lambda language: renewal_screen(view(language, replace(ACTIVE, state=RecurrenceState.FAILED))),
    "renewal_canceled": lambda language: renewal_screen(view(language, CANCELED)),
    "renewal_ask_stop": lambda language: ask_stop_screen(view(language, ACTIVE)),
    "renewal_stopping": lambda language: renewal_answer_screen(
        view(language, ACTIVE.ask(RenewalWish.STOP)), RenewalWish.STOP, RenewalOutcome.WAITING
    ),
    "renewal_allowing": lambda language: renewal_answer_screen(
        view(language, CANCELED.ask(RenewalWish.ALLOW)), RenewalWish.ALLOW, RenewalOutcome.WAITING
    ),
    "renewal_stopped": lambda language: renewal_answer_screen(
        view(language, CANCELED), RenewalWish.STOP, RenewalOutcome.DONE
    ),
    "renewal_allowed": lambda language: renewal_answer_screen(
        view(language, CANCELED), RenewalWish.ALLOW, RenewalOutcome.DONE
    ),
    "renewal_not_stopped": lambda language: renewal_answer_screen(
        view(language, ACTIVE), RenewalWish.STOP, RenewalOutcome.REFUSED
    ),
    "renewal_outdated": lambda language: renewal_answer_screen(
        view(language, CANCELED), RenewalWish.STOP, RenewalOutcome.OUTDATED
    ),
}

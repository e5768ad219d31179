"""What becomes of payments that repeat, as screens."""

from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.screen import Screen, keyboard
from orbit_adapters.telegram.screens.buttons import home_row, paragraphs, plans_row
from orbit_domain.notice.recurrence_changed import RecurrenceChanged
from orbit_domain.payment.recurrence import RecurrenceState


def recurrence_screen(notice: RecurrenceChanged, translate: Translator) -> Screen:
    """*notice* with the texts of *translate*: whether the subscription renews, and until when it is paid."""
    # A state that an older version doesn't know is one in which nothing renews.
    state = notice.state if notice.state in tuple(RecurrenceState) else RecurrenceState.CANCELED
    until = translate("recurrence-until", end=notice.ends_at) if notice.ends_at is not None else ""
    renew_row = () if state == RecurrenceState.ACTIVE else plans_row(translate, "b-renew")
    text = paragraphs(translate(f"notice-recurrence-{state}"), until)
    return Screen(text, keyboard(renew_row, home_row(translate)), kept=True)

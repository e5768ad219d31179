"""What happened to a customer, in the words of whoever reads it."""

from datetime import timedelta

from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.money_format import format_change
from orbit_adapters.telegram.sanitize import Html, code
from orbit_adapters.telegram.screen import Screen, keyboard, tap
from orbit_adapters.telegram.screens.buttons import lines, paragraphs
from orbit_adapters.telegram.screens.paging import admin_row, page_row
from orbit_adapters.telegram.staff_callbacks import SeeCustomer, SeeStory
from orbit_domain.ledger.ledger import Line
from orbit_domain.money import Money
from orbit_domain.use_cases.show_customer_story import StoryPage
from orbit_domain.use_cases.show_timeline import Event

_CAUSE_CHARS = 100
_STEPS = {
    ("order", "opened"): "order-opened",
    ("order", "paid"): "order-paid",
    ("order", "delivered"): "order-delivered",
    ("payment", "confirmed"): "payment-confirmed",
    ("notice", "sent"): "notice-sent",
    ("notice", "waiting"): "notice-waiting",
    ("notice", "given up"): "notice-failed",
}
_TOPICS = frozenset({"user", "payment", "money", "balance", "time", "key", "notice", "admin", "debt"})


def story_screen(page: StoryPage) -> Screen:
    """A page of the story, newest first."""
    translate = Translator(page.user.language)
    events = [_event(event, translate) for event in page.events]

    def at(number: int) -> SeeStory:
        return SeeStory(page.customer, number)

    return Screen(
        paragraphs(translate("story", number=code(str(page.customer))), *events),
        keyboard(
            page_row(translate, page.page, at, has_more=page.has_more),
            tap(translate.label("b-customer"), SeeCustomer(page.customer)),
            admin_row(translate),
        ),
    )


def _event(event: Event, translate: Translator) -> Html:
    """When, what with its values, and the cause as it is recorded."""
    values = " ".join(filter(None, (_value(part, translate) for part in event.what)))
    head = translate("event", moment=translate.moment(event.at), what=translate(f"event-{_key(event)}"), values=values)
    return lines(Html(head.rstrip()), code(_details(event), _CAUSE_CHARS))


def _key(event: Event) -> str:
    last = event.what[-1] if event.what else ""
    step = _STEPS.get((event.topic, last)) if isinstance(last, str) else None
    if step is not None:
        return step
    return event.topic if event.topic in _TOPICS else "other"


def _value(part: object, translate: Translator) -> str:
    match part:
        case Money():
            return translate.amount(part)
        case Line():
            return format_change(part.units, part.currency, translate.language)
        case timedelta():
            hours = round(part / timedelta(hours=1))
            return translate.label("event-hours", count=abs(hours), sign="minus" if hours < 0 else "plus")
        case _:
            return ""


def _details(event: Event) -> str:
    """The recorded words of the event, which are the same in every language."""
    words = [part for part in event.what if isinstance(part, str)] if event.topic not in ("user", "order") else []
    return " · ".join((*words, event.cause))

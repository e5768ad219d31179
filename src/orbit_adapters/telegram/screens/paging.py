"""Rows that several of the staff's screens share."""

from collections.abc import Callable

from orbit_adapters.telegram.callback_data import Callback
from orbit_adapters.telegram.callbacks import SeeHome
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.people import short_name
from orbit_adapters.telegram.sanitize import Html, code, escape_html
from orbit_adapters.telegram.screen import Row, TapButton
from orbit_adapters.telegram.staff_callbacks import SeeAdmin, SeeCustomer
from orbit_domain.ids import TelegramId

_ACTOR_CHARS = 40
_TELEGRAM = "telegram:"


def page_row(translate: Translator, page: int, to: Callable[[int], Callback], *, has_more: bool) -> Row:
    """Buttons to the page before and to the next one, where there are any."""
    earlier = (TapButton(translate.label("b-page-back"), to(page - 1)),) if page else ()
    later = (TapButton(translate.label("b-page-on"), to(page + 1)),) if has_more else ()
    return (*earlier, *later)


def admin_row(translate: Translator) -> Row:
    """To the menu, and home."""
    return (TapButton(translate.label("b-admin"), SeeAdmin()), TapButton(translate.label("b-home"), SeeHome()))


def customer_row(tg_id: int, translate: Translator) -> Row:
    """To the customer's card."""
    return (TapButton(translate.label("b-customer"), SeeCustomer(TelegramId(tg_id))),)


def actor_name(actor: str, username: str | None, translate: Translator) -> Html:
    """Whoever acted: `@vera`, the number of a user without a name, or a name of the command line."""
    number = actor.removeprefix(_TELEGRAM)
    if number != actor and number.isdecimal():
        return escape_html(short_name(int(number), username))
    return code(actor, _ACTOR_CHARS) if actor else translate("somebody")

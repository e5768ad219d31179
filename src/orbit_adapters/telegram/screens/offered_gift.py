"""A gift as whoever opens its link sees it: what it is and what it leads to, and that it is theirs."""

from orbit_adapters.telegram.gift_callbacks import TakeGift
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.sanitize import Html, escape_html
from orbit_adapters.telegram.screen import Screen, keyboard, tap
from orbit_adapters.telegram.screens.buttons import connect_row, home_row, paragraphs
from orbit_adapters.telegram.screens.checkout import shown_names
from orbit_adapters.telegram.screens.gifts import NAME_CHARS, quoted
from orbit_domain.use_cases.take_gift import OfferedGift


def offered_gift_screen(offered: OfferedGift) -> Screen:
    """Who gives what with which words, until when the time would last, and the one tap that takes it."""
    translate = Translator(offered.customer.user.language)
    if offered.is_taken:
        return _taken(offered, translate)
    return Screen(
        paragraphs(
            _from(offered, translate),
            quoted(offered.gift),
            _what(offered, translate),
            translate("checkout-keys-off", names=shown_names(offered.keys_off)) if offered.keys_off else "",
        ),
        keyboard(tap(translate.label("b-take-gift"), TakeGift(offered.code)), home_row(translate)),
    )


def _from(offered: OfferedGift, translate: Translator) -> Html:
    if offered.order.tg_id == offered.customer.user.tg_id:
        return translate("gift-own")
    name = escape_html(offered.gift.giver_name, NAME_CHARS)
    return translate("gift-from", name=name) if name else translate("gift-from-somebody")


def _what(offered: OfferedGift, translate: Translator) -> Html:
    ends_at, end = offered.customer.subscription.ends_at, translate.day(offered.new_end)
    key = "gift-what-more" if ends_at is not None and ends_at > offered.now else "gift-what"
    return translate(key, title=_title(offered, translate), end=end)


def _taken(offered: OfferedGift, translate: Translator) -> Screen:
    text = translate("gift-yours", title=_title(offered, translate), end=translate.day(offered.new_end))
    return Screen(text, keyboard(connect_row(translate), home_row(translate)))


def _title(offered: OfferedGift, translate: Translator) -> str:
    return translate.plan_title(offered.order.terms.titles, offered.order.terms.code)

"""What is refused about gifts, as screens."""

from collections.abc import Callable
from typing import Any

from orbit_adapters.telegram.gift_callbacks import OfferGifts, SeeGifts
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.refused import refused
from orbit_adapters.telegram.screen import Screen, tap
from orbit_adapters.telegram.screens.buttons import home_row, plans_row
from orbit_domain.gift.gift import MESSAGE_CHARS, GiftTaken, GiftWithdrawn, NoSuchGift, NotAGiftMessage


def _no_gift(_: NoSuchGift, translate: Translator) -> Screen:
    return refused(translate, "no-gift", plans_row(translate), home_row(translate))


def _gift_taken(refusal: GiftTaken, translate: Translator) -> Screen:
    day = translate.day(refusal.at)
    return refused(translate, "gift-taken", plans_row(translate), home_row(translate), day=day)


def _gift_withdrawn(_: GiftWithdrawn, translate: Translator) -> Screen:
    return refused(translate, "gift-withdrawn", plans_row(translate), home_row(translate))


def _not_a_gift_message(refusal: NotAGiftMessage, translate: Translator) -> Screen:
    facts = {"maximum": MESSAGE_CHARS, "count": refusal.characters}
    rows = (tap(translate.label("b-my-gifts"), SeeGifts()), tap(translate.label("b-give"), OfferGifts()))
    return refused(translate, "not-a-gift-message", *rows, home_row(translate), **facts)


GIFT_REFUSALS: dict[type, Callable[[Any, Translator], Screen]] = {
    NoSuchGift: _no_gift,
    GiftTaken: _gift_taken,
    GiftWithdrawn: _gift_withdrawn,
    NotAGiftMessage: _not_a_gift_message,
}

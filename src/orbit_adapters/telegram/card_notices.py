"""Notices of a kept card, as screens."""

from orbit_adapters.telegram.callbacks import SeeCard, SeeCheckout
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.screen import Screen, keyboard, tap
from orbit_adapters.telegram.screens.buttons import home_row, paragraphs, plans_row
from orbit_domain.ids import OrderId
from orbit_domain.money import Currency, Money
from orbit_domain.notice.card_notices import CardKept, CardNotCharged, CardNotice

_REASONS = ("declined", "revoked", "unknown", "price")


def card_notice_screen(notice: CardNotice, translate: Translator, base: Currency) -> Screen:
    """*notice* with the texts of *translate*. Its amounts are in *base*."""
    match notice:
        case CardKept():
            text = translate("notice-card-kept", card=notice.card, limit=Money(notice.limit_kopecks, base))
            card_row = tap(translate.label("b-card-settings"), SeeCard())
            return Screen(text, keyboard(card_row, home_row(translate)), kept=True)
        case CardNotCharged():
            return _not_charged(notice, translate, base)


def _not_charged(notice: CardNotCharged, translate: Translator, base: Currency) -> Screen:
    reason = notice.reason if notice.reason in _REASONS else "declined"
    text = paragraphs(
        translate("notice-card-not-charged", card=notice.card),
        translate(f"card-not-charged-{reason}", price=Money(notice.price_kopecks, base)),
    )
    if notice.order_id is None:
        return Screen(text, keyboard(plans_row(translate, "b-renew"), home_row(translate)), kept=True)
    pay_row = tap(translate.label("b-renew-by-hand"), SeeCheckout(OrderId(notice.order_id)))
    return Screen(text, keyboard(pay_row, home_row(translate)), kept=True)

"""Notices about gifts, as screens."""

from orbit_adapters.telegram.gift_callbacks import SeeGift, SeeGifts
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.sanitize import Html, escape_html
from orbit_adapters.telegram.screen import Screen, keyboard, tap
from orbit_adapters.telegram.screens.buttons import home_row, plans_row
from orbit_adapters.telegram.screens.gifts import NAME_CHARS
from orbit_domain.ids import OrderId
from orbit_domain.money import Currency, Money
from orbit_domain.notice.gift_notices import GiftAccepted, GiftNotice
from orbit_domain.notice.notice import OrderPaid, OrderRefunded


def gift_notice_screen(notice: GiftNotice, translate: Translator) -> Screen:
    """For the giver: somebody has taken it. For the taker: its time is taken back."""
    title = translate.plan_title(notice.titles, notice.plan_code)
    if isinstance(notice, GiftAccepted):
        name = escape_html(notice.taker, NAME_CHARS) or Html(translate("gift-somebody"))
        gifts_row = tap(translate.label("b-my-gifts"), SeeGifts())
        text = translate("notice-gift-accepted", title=title, name=name)
        return Screen(text, keyboard(gifts_row, home_row(translate)), kept=True)
    over = "yes" if notice.is_over else "no"
    text = translate("notice-gift-taken-back", title=title, end=notice.ends_at, over=over)
    return Screen(text, keyboard(plans_row(translate), home_row(translate)), kept=True)


def gift_paid_screen(notice: OrderPaid, parts: Html, translate: Translator, base: Currency) -> Screen:
    """The receipt of a gift, and the way to its link. *parts* say how it was paid. Its amounts are in *base*."""
    text = translate(
        "notice-gift-paid",
        title=translate.plan_title(notice.titles, notice.plan_code),
        price=Money(notice.price_kopecks, base),
        parts=parts,
        balance=Money(notice.balance_kopecks, base),
    )
    return Screen(
        text, keyboard(tap(translate.label("b-gift"), SeeGift(OrderId(notice.order_id))), home_row(translate))
    )


def gift_refunded_screen(notice: OrderRefunded, translate: Translator, base: Currency) -> Screen:
    """The giver has the price back. Its amounts are in *base*."""
    text = translate(
        "notice-gift-refunded",
        title=translate.plan_title(notice.titles, notice.plan_code),
        price=Money(notice.price_kopecks, base),
        balance=Money(notice.balance_kopecks, base),
    )
    return Screen(text, keyboard(plans_row(translate), home_row(translate)))

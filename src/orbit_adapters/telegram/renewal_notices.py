"""Notices of what renews by itself, as screens."""

from orbit_adapters.telegram.callbacks import SeeCard, SeeCheckout
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.renewal_callbacks import SeeRenewal
from orbit_adapters.telegram.screen import Screen, keyboard, tap
from orbit_adapters.telegram.screens.buttons import home_row, paragraphs, plans_row
from orbit_domain.ids import OrderId
from orbit_domain.money import Currency, Money
from orbit_domain.notice.renewal_notices import (
    CardKept,
    CardNotCharged,
    NotRenewed,
    RecurrenceChanged,
    RenewalAnswered,
    RenewalNotice,
)
from orbit_domain.payment.recurrence import RecurrenceState, RenewalWish

_REASONS = ("declined", "revoked", "unknown", "price")


def renewal_notice_screen(notice: RenewalNotice, translate: Translator, base: Currency) -> Screen:
    """*notice* with the texts of *translate*. Its amounts are in *base*."""
    match notice:
        case CardKept():
            text = translate("notice-card-kept", card=notice.card, limit=Money(notice.limit_kopecks, base))
            card_row = tap(translate.label("b-card-settings"), SeeCard())
            return Screen(text, keyboard(card_row, home_row(translate)), kept=True)
        case CardNotCharged():
            return _not_charged(notice, translate, base)
        case NotRenewed():
            return _not_renewed(notice, translate, base)
        case RecurrenceChanged():
            return _recurrence_changed(notice, translate)
        case RenewalAnswered():
            return _answered(notice, translate)


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


def _not_renewed(notice: NotRenewed, translate: Translator, base: Currency) -> Screen:
    price, missing = Money(notice.price_kopecks, base), Money(notice.missing_kopecks, base)
    head, rest = translate("notice-not-renewed", end=notice.ends_at), keyboard(home_row(translate))
    if notice.order_id is None:
        reason = translate("not-renewed-plan")
        return Screen(paragraphs(head, reason), (plans_row(translate, "b-renew"), *rest), kept=True)
    reason = translate("not-renewed-short", price=price, missing=missing)
    pay_row = tap(translate.label("b-pay-missing", missing=missing), SeeCheckout(OrderId(notice.order_id)))
    return Screen(paragraphs(head, reason), (pay_row, *rest), kept=True)


def _recurrence_changed(notice: RecurrenceChanged, translate: Translator) -> Screen:
    # A state that an older version doesn't know is one in which nothing renews.
    state = notice.state if notice.state in tuple(RecurrenceState) else RecurrenceState.CANCELED
    until = translate("recurrence-until", end=notice.ends_at) if notice.ends_at is not None else ""
    renew_row = () if state == RecurrenceState.ACTIVE else plans_row(translate, "b-renew")
    text = paragraphs(translate(f"notice-recurrence-{state}"), until)
    return Screen(text, keyboard(renew_row, home_row(translate)), kept=True)


def _answered(notice: RenewalAnswered, translate: Translator) -> Screen:
    wish = notice.wish if notice.wish in tuple(RenewalWish) else RenewalWish.STOP
    until = translate("recurrence-until", end=notice.ends_at) if notice.ends_at is not None else ""
    text = paragraphs(translate(f"renewal-{'done' if notice.is_done else 'refused'}-{wish}"), until)
    renewal_row = tap(translate.label("b-renewal"), SeeRenewal())
    return Screen(text, keyboard(renewal_row, home_row(translate)), kept=True)

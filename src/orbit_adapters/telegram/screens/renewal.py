"""The subscription that Telegram charges again by itself: how it stands, and the buttons that stop it or take it up."""

from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.renewal_callbacks import (
    AllowRenewal,
    AskStopRenewal,
    SeeAutoRenewal,
    SeeRenewal,
    StopRenewal,
)
from orbit_adapters.telegram.sanitize import Html
from orbit_adapters.telegram.screen import Row, Screen, keyboard, tap
from orbit_adapters.telegram.screens.buttons import back_row, home_row, paragraphs
from orbit_domain.ids import PaymentId
from orbit_domain.payment.payment import Payment
from orbit_domain.payment.recurrence import RecurrenceState, RenewalWish
from orbit_domain.use_cases.carry_out_renewal_wishes import RenewalOutcome
from orbit_domain.use_cases.show_renewal import RenewalView

_TOLD = frozenset({RenewalOutcome.DONE, RenewalOutcome.REFUSED})


def renewal_screen(view: RenewalView) -> Screen:
    """When Telegram charges next and how much, which wish isn't answered yet, and what may be wished."""
    translate, payment = Translator(view.user.language), view.payment
    if payment is None:
        return Screen(translate("renewal-none"), keyboard(back_row(translate, SeeAutoRenewal())))
    wish = view.recurrence.wish
    text = paragraphs(
        _state(view, payment, translate),
        translate(f"renewal-waits-{wish}") if wish is not None else "",
        _until(view, translate),
    )
    return Screen(text, keyboard(_wish_row(view, payment.id, translate), back_row(translate, SeeAutoRenewal())))


def ask_stop_screen(view: RenewalView) -> Screen:
    """Ask once whether it is to stop, with what follows; as it stands when there is nothing to stop."""
    if view.payment is None or view.next_at is None or not view.offers(RenewalWish.STOP):
        return renewal_screen(view)
    translate = Translator(view.user.language)
    question = translate("renewal-ask-stop", amount=view.payment.quote.due, next=view.next_at)
    return Screen(
        paragraphs(question, _until(view, translate)),
        keyboard(
            tap(translate.label("b-renewal-stop-yes"), StopRenewal(view.payment.id)),
            tap(translate.label("b-renewal-stop-no"), SeeRenewal()),
            home_row(translate),
        ),
    )


def renewal_answer_screen(view: RenewalView, wish: RenewalWish, outcome: RenewalOutcome) -> Screen:
    """How it stands after *wish*, below what Telegram has answered; one without an answer stands there itself."""
    translate, screen = Translator(view.user.language), renewal_screen(view)
    if outcome in _TOLD:
        return screen.with_intro(translate(f"renewal-{outcome}-{wish}"))
    return screen.with_toast(translate.label("renewal-as-it-stands")) if outcome is RenewalOutcome.OUTDATED else screen


def _state(view: RenewalView, payment: Payment, translate: Translator) -> Html:
    next_at = view.next_at or view.now
    match view.recurrence.state:
        case RecurrenceState.ACTIVE:
            return translate("renewal-active", amount=payment.quote.due, next=next_at)
        case RecurrenceState.FAILED:
            return translate("renewal-failed", amount=payment.quote.due)
        case RecurrenceState.CANCELED:
            until = translate("renewal-again", next=next_at) if view.offers(RenewalWish.ALLOW) else ""
            return paragraphs(translate("notice-recurrence-canceled"), until)


def _until(view: RenewalView, translate: Translator) -> Html | str:
    is_paid = view.ends_at is not None and view.ends_at > view.now
    return translate("recurrence-until", end=view.ends_at) if is_paid and view.ends_at is not None else ""


def _wish_row(view: RenewalView, payment_id: PaymentId, translate: Translator) -> Row:
    if view.recurrence.wish is not None:
        return tap(translate.label("b-renewal-check"), SeeRenewal())
    if view.offers(RenewalWish.STOP):
        return tap(translate.label("b-renewal-stop"), AskStopRenewal())
    return tap(translate.label("b-renewal-allow"), AllowRenewal(payment_id)) if view.offers(RenewalWish.ALLOW) else ()

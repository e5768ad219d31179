"""One order: what it is, until when it would last, and how it can be paid."""

from orbit_adapters.telegram.callbacks import PayBalance, PayBy, SeeCheckout, SeePlans
from orbit_adapters.telegram.clean import Html
from orbit_adapters.telegram.say import Say
from orbit_adapters.telegram.screen import Screen, keyboard, tap
from orbit_adapters.telegram.screens.rows import back_row, connect_row, home_row, paragraphs, plans_row
from orbit_adapters.telegram.sums import method_name
from orbit_adapters.telegram.titles import title_of
from orbit_domain.order.order import OrderState
from orbit_domain.use_cases.open_checkout import Checkout


def checkout_screen(checkout: Checkout) -> Screen:
    """The order with every method that works now, each with its own price; a closed order says so."""
    say = Say(checkout.user.language)
    if not checkout.order.is_open:
        return _closed(checkout, say)
    return Screen(
        paragraphs(_facts(checkout, say), _money(checkout, say)),
        keyboard(
            tap(say.label("b-pay-balance", price=checkout.order.price), PayBalance(checkout.order.id))
            if checkout.missing.is_zero
            else (),
            *(
                tap(
                    say.label("b-method", method=method_name(offer.method), due=offer.due),
                    PayBy(checkout.order.id, offer.method),
                )
                for offer in checkout.offers
            ),
            () if _payable(checkout) else tap(say.label("b-refresh"), SeeCheckout(checkout.order.id)),
            back_row(say, SeePlans()),
        ),
    )


def _payable(checkout: Checkout) -> bool:
    return checkout.missing.is_zero or bool(checkout.offers)


def _title(checkout: Checkout, say: Say) -> str:
    terms = checkout.order.terms
    return title_of(terms.titles, terms.code, say.language)


def _facts(checkout: Checkout, say: Say) -> Html:
    end = say.day(checkout.new_end, checkout.now)
    return say("checkout", title=_title(checkout, say), price=checkout.order.price, end=end)


def _money(checkout: Checkout, say: Say) -> Html:
    balance, missing, price = checkout.user.balance, checkout.missing, checkout.order.price
    if missing.is_zero:
        return say("checkout-covered", balance=balance, rest=balance.minus(price))
    short = "" if balance.is_zero else say("checkout-missing", balance=balance, missing=missing)
    return paragraphs(short, say("checkout-choose" if checkout.offers else "checkout-no-method"))


def _closed(checkout: Checkout, say: Say) -> Screen:
    title = _title(checkout, say)
    match checkout.order.state:
        case OrderState.PAID | OrderState.DELIVERED:
            return Screen(say("checkout-paid", title=title), keyboard(connect_row(say), home_row(say)))
        case OrderState.REFUNDED:
            return Screen(say("checkout-refunded", title=title), keyboard(plans_row(say), home_row(say)))
        case _:
            return Screen(say("checkout-cancelled", title=title), keyboard(plans_row(say), home_row(say)))

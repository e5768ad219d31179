"""One order: the plan, the new end of the subscription, and the ways to pay."""

from collections.abc import Sequence

from orbit_adapters.telegram.callbacks import PayBalance, PayBy, PayKeepingCard, SeeCheckout, SeePlans
from orbit_adapters.telegram.gift_callbacks import AskGiftMessage, OfferGifts, SeeGift
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.sanitize import Html, code, sanitize
from orbit_adapters.telegram.screen import Row, Screen, keyboard, tap
from orbit_adapters.telegram.screens.buttons import back_row, connect_row, home_row, lines, paragraphs, plans_row
from orbit_domain.order.order import OrderState
from orbit_domain.use_cases.open_checkout import Checkout, MethodOffer

_NAMES = 3
_NAME_CHARS = 32


def checkout_screen(checkout: Checkout) -> Screen:
    """The order with every method available now, each with its price. A closed order has its own text."""
    translate = Translator(checkout.user.language)
    if not checkout.order.is_open:
        return _closed(checkout, translate)
    return Screen(
        paragraphs(_facts(checkout, translate), _money(checkout, translate)),
        keyboard(
            tap(_balance_label(checkout, translate), PayBalance(checkout.order.id)) if checkout.missing.is_zero else (),
            *(
                tap(_method_label(offer, checkout, translate), PayBy(checkout.order.id, offer.method))
                for offer in checkout.offers
            ),
            *(
                tap(_renewing_label(offer, translate), PayKeepingCard(checkout.order.id, offer.method))
                for offer in checkout.offers
                if offer.keeps_cards
            ),
            () if _payable(checkout) else tap(translate.label("b-refresh"), SeeCheckout(checkout.order.id)),
            _message_row(checkout, translate),
            back_row(translate, OfferGifts() if checkout.order.is_gift else SeePlans()),
        ),
    )


def _balance_label(checkout: Checkout, translate: Translator) -> str:
    if checkout.order.price.is_zero:
        return translate.label("b-take-free")
    return translate.label("b-pay-balance", price=checkout.order.price)


def _is_only(checkout: Checkout) -> bool:
    """Whether there is one way to pay: then nothing is asked."""
    offers = checkout.offers
    return len(offers) == 1 and not offers[0].keeps_cards and not checkout.missing.is_zero


def _method_label(offer: MethodOffer, checkout: Checkout, translate: Translator) -> str:
    """The method and its price; a coin that is named in the price isn't named twice."""
    method, due = translate.method(offer.method), translate.amount(offer.due)
    label = due if due.endswith(method) else translate.label("b-method", method=method, due=due)
    return translate.label("b-method-only" if _is_only(checkout) else "b-method-plain", method=label)


def _renewing_label(offer: MethodOffer, translate: Translator) -> str:
    return translate.label("b-method-renewing", method=translate.method(offer.method))


def _payable(checkout: Checkout) -> bool:
    return checkout.missing.is_zero or bool(checkout.offers)


def _title(checkout: Checkout, translate: Translator) -> str:
    terms = checkout.order.terms
    return translate.plan_title(terms.titles, terms.code)


def _facts(checkout: Checkout, translate: Translator) -> Html:
    order, end = checkout.order, translate.day(checkout.new_end)
    key = "checkout-gift" if order.is_gift else "checkout"
    facts = translate(key, title=_title(checkout, translate), price=order.price, end=end)
    several = order.terms.keys > 1
    return paragraphs(
        lines(facts, translate("checkout-keys", count=order.terms.keys) if several else ""),
        _discount(checkout, translate),
        translate("checkout-keys-off", names=shown_names(checkout.keys_off)) if checkout.keys_off else "",
    )


def _discount(checkout: Checkout, translate: Translator) -> Html | str:
    """By which code it is cheaper, or was when it was shown before."""
    order = checkout.order
    if order.discount is None:
        return translate("checkout-lost", code=code(checkout.lost)) if checkout.lost else ""
    return translate(
        "checkout-discount", full=order.full_price, amount=order.discount.amount, code=code(order.discount.code)
    )


def shown_names(keys_off: Sequence[str]) -> str:
    """The first names of keys that will be off."""
    shown = [sanitize(name, _NAME_CHARS) for name in keys_off[:_NAMES]]
    return ", ".join([*shown, "…"] if len(keys_off) > _NAMES else shown)


def _message_row(checkout: Checkout, translate: Translator) -> Row:
    order = checkout.order
    return tap(translate.label("b-gift-message"), AskGiftMessage(order.id)) if order.is_gift else ()


def _money(checkout: Checkout, translate: Translator) -> Html:
    balance, missing, price = checkout.user.balance, checkout.missing, checkout.order.price
    if price.is_zero and missing.is_zero:
        return translate("checkout-free")
    if missing.is_zero:
        return translate("checkout-covered", balance=balance, rest=balance.minus(price))
    short = "" if missing == price else translate("checkout-missing", balance=balance, missing=missing)
    owed = "" if checkout.debt.is_zero else translate("checkout-debt", owed=checkout.debt)
    renewing = any(offer.keeps_cards for offer in checkout.offers)
    return paragraphs(
        short,
        owed,
        translate("checkout-renewing", price=checkout.order.full_price) if renewing else "",
        translate(_question(checkout)),
    )


def _question(checkout: Checkout) -> str:
    if not checkout.offers:
        return "checkout-no-method"
    return "checkout-one" if _is_only(checkout) else "checkout-choose"


def _closed(checkout: Checkout, translate: Translator) -> Screen:
    title = _title(checkout, translate)
    match checkout.order.state:
        case OrderState.PAID | OrderState.DELIVERED:
            is_gift = checkout.order.is_gift
            row = tap(translate.label("b-gift"), SeeGift(checkout.order.id)) if is_gift else connect_row(translate)
            return Screen(translate("checkout-paid", title=title), keyboard(row, home_row(translate)))
        case OrderState.REFUNDED:
            return Screen(
                translate("checkout-refunded", title=title), keyboard(plans_row(translate), home_row(translate))
            )
        case _:
            return Screen(
                translate("checkout-cancelled", title=title), keyboard(plans_row(translate), home_row(translate))
            )

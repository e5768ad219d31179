"""Promo codes: the question for one, and what it has given."""

from orbit_adapters.telegram.callbacks import SeeBalance, SeePlans
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.sanitize import Html, code
from orbit_adapters.telegram.screen import Row, Screen, keyboard, tap
from orbit_adapters.telegram.screens.buttons import back_row, connect_row, home_row, paragraphs, plans_row
from orbit_domain.money import Money
from orbit_domain.promo.promo import Promo, PromoKind
from orbit_domain.use_cases.apply_promo import AppliedPromo
from orbit_domain.use_cases.show_home import Home


def ask_promo_screen(home: Home) -> Screen:
    """Ask for a code."""
    translate = Translator(home.user.language)
    return Screen(translate("promo-ask"), keyboard(back_row(translate, SeePlans())))


def promo_screen(applied: AppliedPromo) -> Screen:
    """What the code has given, or gives with the next purchase, and the button that uses it."""
    translate = Translator(applied.customer.user.language)
    text = paragraphs(_given(applied, translate), _plans(applied, translate))
    return Screen(text, keyboard(_next_row(applied, translate), home_row(translate)))


def promo_value(promo: Promo, price: Money, translate: Translator) -> Html:
    """What the code takes off: `20%` or `50 ₽`. *price* tells the currency."""
    if promo.kind is PromoKind.PERCENT:
        return translate("promo-percent", percent=promo.value)
    return Html(translate.amount(Money(promo.value, price.currency)))


def _given(applied: AppliedPromo, translate: Translator) -> Html:
    promo, customer = applied.promo, applied.customer
    name, balance = code(promo.code), customer.user.balance
    match promo.kind:
        case PromoKind.DAYS:
            end = customer.subscription.ends_at or applied.now
            return translate("promo-days", code=name, count=promo.value, end=end)
        case PromoKind.BALANCE:
            amount = Money(promo.value, balance.currency)
            return translate("promo-balance", code=name, amount=amount, balance=balance)
        case _:
            return translate("promo-discount", code=name, value=promo_value(promo, balance, translate))


def _plans(applied: AppliedPromo, translate: Translator) -> Html | str:
    if not applied.plans or not applied.promo.kind.is_discount:
        return ""
    titles = ", ".join(translate.plan_title(titles, "") for titles in applied.plans)
    return translate("promo-plans", plans=titles)


def _next_row(applied: AppliedPromo, translate: Translator) -> Row:
    match applied.promo.kind:
        case PromoKind.DAYS:
            return connect_row(translate)
        case PromoKind.BALANCE:
            return tap(translate.label("b-balance-plain"), SeeBalance())
        case _:
            return plans_row(translate)

"""Whether the subscription renews from the balance: what will happen, and when."""

from orbit_adapters.telegram.callbacks import SeeBalance, SeeCard, SeeSettings
from orbit_adapters.telegram.i18n import Fact, Translator
from orbit_adapters.telegram.renewal_callbacks import SeeRenewal, SwitchAutoRenewal
from orbit_adapters.telegram.sanitize import Html
from orbit_adapters.telegram.screen import Row, Screen, keyboard, tap
from orbit_adapters.telegram.screens.buttons import back_row, paragraphs, plans_row
from orbit_domain.plan.plan import Plan
from orbit_domain.steps.read_auto_renewal import AutoRenewal

ON, OFF = "on", "off"


def auto_renewal_screen(renewal: AutoRenewal) -> Screen:
    """The switch with its consequence. A card, or the messenger, takes its place."""
    translate = Translator(renewal.user.language)
    return Screen(
        paragraphs(translate("auto-renewal"), _text(renewal, translate)),
        keyboard(*_rows(renewal, translate), back_row(translate, SeeSettings())),
    )


def auto_renewal_switched_screen(renewal: AutoRenewal) -> Screen:
    """The switch as it stands now, with a toast that confirms it."""
    turned = ON if renewal.subscription.auto_renew else OFF
    return auto_renewal_screen(renewal).with_toast(
        Translator(renewal.user.language).label(f"auto-renewal-switched-{turned}")
    )


def _text(renewal: AutoRenewal, translate: Translator) -> Html:
    if renewal.is_recurring:
        return translate("auto-renewal-by-stars")
    if renewal.card:
        return translate("auto-renewal-by-card", card=renewal.card)
    if renewal.plan is None:
        return translate("auto-renewal-nothing")
    facts: dict[str, Fact] = {
        "title": translate.plan_title(renewal.plan.terms.titles, renewal.plan.code),
        "price": renewal.plan.price,
    }
    if not renewal.subscription.auto_renew:
        return translate("auto-renewal-off", **facts)
    key = "auto-renewal-waits" if renewal.at is None else "auto-renewal-on"
    when = translate(key, day=translate.day(renewal.at) if renewal.at else "", **facts)
    return paragraphs(when, _balance(renewal, renewal.plan, translate))


def _balance(renewal: AutoRenewal, plan: Plan, translate: Translator) -> Html:
    key = "auto-renewal-covered" if renewal.missing.is_zero else "auto-renewal-short"
    return translate(key, balance=renewal.user.balance, missing=renewal.missing, price=plan.price)


def _rows(renewal: AutoRenewal, translate: Translator) -> tuple[Row, ...]:
    stars = tap(translate.label("b-renewal"), SeeRenewal()) if renewal.had_recurrence else ()
    if renewal.is_recurring:
        return (stars,)
    if renewal.card:
        return tap(translate.label("b-card-settings"), SeeCard()), stars
    is_on = renewal.subscription.auto_renew
    if renewal.plan is None and not is_on:
        return plans_row(translate), stars
    turned = OFF if is_on else ON
    turn = tap(translate.label(f"b-auto-renewal-{turned}"), SwitchAutoRenewal(turned))
    is_short = is_on and renewal.plan is not None and not renewal.missing.is_zero
    return turn, tap(translate.label("b-topup-balance"), SeeBalance()) if is_short else (), stars

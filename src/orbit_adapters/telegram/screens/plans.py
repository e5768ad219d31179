"""The plans on sale."""

from orbit_adapters.telegram.callbacks import AskPromo, BuyPlan, SeeHome
from orbit_adapters.telegram.gift_callbacks import OfferGifts, SeeGifts
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.sanitize import Html, code, escape_html
from orbit_adapters.telegram.screen import Row, Screen, TapButton, keyboard, tap
from orbit_adapters.telegram.screens.buttons import back_row, home_row, lines, paragraphs
from orbit_domain.ids import Nonce
from orbit_domain.plan.plan_edit import GIGABYTE
from orbit_domain.use_cases.list_plans import Offer, PlanList


def plans_screen(plans: PlanList) -> Screen:
    """A button for each plan, with its price and saving; its data hold the plan's code and the list's nonce, no price.

    The text doesn't list them again: it says what the buttons have no room for.
    """
    translate = Translator(plans.user.language)
    if not plans.offers:
        return Screen(translate("plans-none"), keyboard(home_row(translate)))
    return Screen(
        paragraphs(
            _head(plans, translate),
            lines(_saving(plans, translate), *_codes(plans, translate)),
            _traffic(plans, translate),
            lines(*(_keys(offer, translate) for offer in plans.offers if offer.plan.terms.keys > 1)),
        ),
        keyboard(
            *(_button(offer, plans.nonce, translate) for offer in plans.offers),
            _gifts_row(translate),
            tap(translate.label("b-promo"), AskPromo()),
            back_row(translate, SeeHome())[:1],
        ),
    )


def offer_text(offer: Offer, translate: Translator) -> Html:
    """What customers read about one plan: its button, and what comes with it."""
    keys = _keys(offer, translate) if offer.plan.terms.keys > 1 else ""
    return lines(
        escape_html(f"[ {_label(offer, translate)} ]"), _limit(offer, translate) or translate("plan-unlimited"), keys
    )


def _gifts_row(translate: Translator) -> Row:
    return (
        TapButton(translate.label("b-give"), OfferGifts()),
        TapButton(translate.label("b-my-gifts"), SeeGifts()),
    )


def _head(plans: PlanList, translate: Translator) -> Html:
    ends_at = plans.subscription.ends_at
    if ends_at is None or ends_at <= plans.now:
        return translate("plans")
    return translate("plans-renew", left=translate.time_left(ends_at, plans.now), end=translate.day(ends_at))


def _saving(plans: PlanList, translate: Translator) -> Html | str:
    """What the percentages on the buttons mean."""
    has_saving = any(offer.saving_percent is not None and offer.discount is None for offer in plans.offers)
    return translate("plans-saving") if has_saving else ""


def _codes(plans: PlanList, translate: Translator) -> list[Html]:
    """By which codes it is cheaper."""
    codes = dict.fromkeys(offer.discount.code for offer in plans.offers if offer.discount is not None)
    return [translate("plans-code", code=code(one)) for one in codes]


def _traffic(plans: PlanList, translate: Translator) -> Html:
    limited = [offer for offer in plans.offers if offer.plan.terms.traffic_bytes]
    if not limited:
        return translate("plan-unlimited")
    return lines(*(_limit(offer, translate) for offer in limited))


def _limit(offer: Offer, translate: Translator) -> Html | str:
    if not offer.plan.terms.traffic_bytes:
        return ""
    title = translate.plan_title(offer.plan.terms.titles, offer.plan.code)
    return translate("plan-traffic", title=title, gigabytes=offer.plan.terms.traffic_bytes // GIGABYTE)


def _keys(offer: Offer, translate: Translator) -> Html:
    title = translate.plan_title(offer.plan.terms.titles, offer.plan.code)
    return translate("plan-keys", title=title, count=offer.plan.terms.keys)


def _button(offer: Offer, nonce: Nonce, translate: Translator) -> Row:
    return tap(_label(offer, translate), BuyPlan(offer.plan.code, nonce))


def _label(offer: Offer, translate: Translator) -> str:
    title = translate.plan_title(offer.plan.terms.titles, offer.plan.code)
    text = translate.label("b-offer", title=title, price=offer.price)
    if offer.discount is not None:
        text = translate.label("b-offer-discount", title=title, price=offer.price, full=offer.plan.price)
    elif offer.saving_percent is not None:
        text = translate.label("b-offer-saving", title=title, price=offer.plan.price, percent=offer.saving_percent)
    if offer.is_current:
        text = translate.label("b-offer-current", offer=text)
    return text

"""What is sold."""

from orbit_adapters.telegram.callbacks import BuyPlan, SeeHome
from orbit_adapters.telegram.clean import Html
from orbit_adapters.telegram.say import Say
from orbit_adapters.telegram.screen import Row, Screen, keyboard, tap
from orbit_adapters.telegram.screens.rows import back_row, home_row, lines, paragraphs
from orbit_adapters.telegram.titles import title_of
from orbit_domain.ids import Nonce
from orbit_domain.use_cases.list_plans import Offer, PlanList

_GIGABYTE = 1024**3


def plans_screen(plans: PlanList) -> Screen:
    """Each plan with price and saving; a button each, carrying the code and the list's nonce, never a price."""
    say = Say(plans.user.language)
    if not plans.offers:
        return Screen(say("plans-none"), keyboard(home_row(say)))
    return Screen(
        paragraphs(_head(plans, say), lines(*(_line(offer, say) for offer in plans.offers)), _traffic(plans, say)),
        keyboard(*(_button(offer, plans.nonce, say) for offer in plans.offers), back_row(say, SeeHome())[:1]),
    )


def _head(plans: PlanList, say: Say) -> Html:
    ends_at = plans.subscription.ends_at
    if ends_at is None or ends_at <= plans.now:
        return say("plans")
    return say("plans-renew", left=say.left(ends_at, plans.now), end=say.day(ends_at, plans.now))


def _line(offer: Offer, say: Say) -> Html:
    title = title_of(offer.plan.terms.titles, offer.plan.code, say.language)
    if offer.saving_percent is None:
        return say("plan-line", title=title, price=offer.plan.price)
    return say("plan-line-saving", title=title, price=offer.plan.price, percent=offer.saving_percent)


def _traffic(plans: PlanList, say: Say) -> Html:
    limited = [offer for offer in plans.offers if offer.plan.terms.traffic_bytes]
    if not limited:
        return say("plan-unlimited")
    return lines(
        *(
            say(
                "plan-traffic",
                title=title_of(offer.plan.terms.titles, offer.plan.code, say.language),
                gigabytes=offer.plan.terms.traffic_bytes // _GIGABYTE,
            )
            for offer in limited
        )
    )


def _button(offer: Offer, nonce: Nonce, say: Say) -> Row:
    title = title_of(offer.plan.terms.titles, offer.plan.code, say.language)
    text = say.label("b-offer", title=title, price=offer.plan.price)
    if offer.saving_percent is not None:
        text = say.label("b-offer-saving", title=title, price=offer.plan.price, percent=offer.saving_percent)
    if offer.is_current:
        text = say.label("b-offer-current", offer=text)
    return tap(text, BuyPlan(offer.plan.code, nonce))

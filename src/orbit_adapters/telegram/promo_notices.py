"""Notices about promo codes, as screens."""

from orbit_adapters.telegram.callbacks import SeeCheckout
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.sanitize import code
from orbit_adapters.telegram.screen import Screen, keyboard, tap
from orbit_adapters.telegram.screens.buttons import home_row
from orbit_domain.ids import OrderId
from orbit_domain.money import Currency, Money
from orbit_domain.notice.promo_notices import PromoWithdrawn


def promo_withdrawn_screen(notice: PromoWithdrawn, translate: Translator, base: Currency) -> Screen:
    """Why the order isn't paid, what it costs, and that the money is on the balance. Its price is in *base*."""
    text = translate(
        "notice-promo-withdrawn",
        code=code(notice.code),
        reason=promo_reason(notice.reason, translate),
        price=Money(notice.price_kopecks, base),
    )
    order_row = tap(translate.label("b-open-order"), SeeCheckout(OrderId(notice.order_id)))
    return Screen(text, keyboard(order_row, home_row(translate)), kept=True)


def promo_reason(reason: str, translate: Translator) -> str:
    """Why a code gives nothing; one that this version doesn't know has ended."""
    known = reason if reason in ("not_yet", "expired", "stopped", "used_up", "used", "other_plan") else "stopped"
    return translate.label(f"promo-{known.replace('_', '-')}")

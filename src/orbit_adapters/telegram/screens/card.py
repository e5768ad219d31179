"""The card that renews the subscription by itself."""

from orbit_adapters.telegram.callbacks import ForgetCard, SeeBalance
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.screen import Screen, keyboard, tap
from orbit_adapters.telegram.screens.buttons import back_row
from orbit_domain.use_cases.show_card import CardView


def card_screen(view: CardView) -> Screen:
    """The card, what it may be charged, and the button that ends it; or that there is none."""
    translate = Translator(view.user.language)
    if view.limit is None:
        return Screen(translate("card-none"), keyboard(back_row(translate, SeeBalance())))
    text = translate("card", card=view.title, limit=view.limit)
    return Screen(
        text, keyboard(tap(translate.label("b-forget-card"), ForgetCard()), back_row(translate, SeeBalance()))
    )

"""The invitation link, what it has earned, and the rules."""

from urllib.parse import quote, urlencode

from orbit_adapters.telegram.callbacks import SeeHome
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.qr import qr_png
from orbit_adapters.telegram.sanitize import code
from orbit_adapters.telegram.screen import Screen, copy, keyboard, link
from orbit_adapters.telegram.screens.buttons import back_row, paragraphs
from orbit_domain.money import Money
from orbit_domain.use_cases.show_invite import Invitation


def invite_screen(invitation: Invitation, bot_username: str) -> Screen:
    """The customer's own link to the bot with its picture, to copy or to share; who came, and the rules."""
    translate = Translator(invitation.user.language)
    own = f"https://t.me/{bot_username}?start=ref_{invitation.code}"
    share = "https://t.me/share/url?" + urlencode(
        {"url": own, "text": translate.label("invite-share")}, quote_via=quote
    )
    terms, figures = invitation.terms, invitation.figures
    earned = Money(figures.earned, terms.inviter.currency)
    text = paragraphs(
        translate("invite", link=code(own)),
        translate("invite-figures", came=figures.came, rewarded=figures.rewarded, earned=earned),
        translate("invite-rules", inviter=terms.inviter, invited=terms.invited, least=terms.least_price),
    )
    return Screen(
        text,
        keyboard(
            link(translate.label("b-share"), share),
            copy(translate.label("b-copy-link"), own),
            back_row(translate, SeeHome())[:1],
        ),
        photo=qr_png(own),
    )

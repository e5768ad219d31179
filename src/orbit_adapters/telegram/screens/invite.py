"""The invitation link."""

from urllib.parse import quote, urlencode

from orbit_adapters.telegram.callbacks import SeeHome
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.sanitize import code
from orbit_adapters.telegram.screen import Screen, copy, keyboard, link
from orbit_adapters.telegram.screens.buttons import back_row
from orbit_domain.use_cases.show_home import Home
from orbit_domain.user.referral import referral_code


def invite_screen(home: Home, bot_username: str) -> Screen:
    """The customer's own link to the bot, to copy or to share, and the rules."""
    translate = Translator(home.user.language)
    own = f"https://t.me/{bot_username}?start=ref_{referral_code(home.user.tg_id)}"
    share = "https://t.me/share/url?" + urlencode(
        {"url": own, "text": translate.label("invite-share")}, quote_via=quote
    )
    return Screen(
        translate("invite", link=code(own)),
        keyboard(
            link(translate.label("b-share"), share),
            copy(translate.label("b-copy-link"), own),
            back_row(translate, SeeHome())[:1],
        ),
    )

"""Broadcasts in the chats of those who get them, and of who sent them."""

from typing import Final

from orbit_adapters.telegram.callback_data import Callback
from orbit_adapters.telegram.callbacks import SeeBalance, SeeConnect, SeeInvite, SeePlans, UsePromo
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.notice_callbacks import RefuseNews
from orbit_adapters.telegram.sanitize import Html
from orbit_adapters.telegram.screen import Row, Screen, keyboard, link, tap
from orbit_adapters.telegram.screens.buttons import home_row
from orbit_domain.broadcast.content import PROMO_MARK, Place
from orbit_domain.ids import PromoCode
from orbit_domain.notice.announcement import Announcement, BroadcastNotice

_PLACES: Final[dict[str, Callback]] = {
    Place.PLANS: SeePlans(),
    Place.CONNECT: SeeConnect(),
    Place.INVITE: SeeInvite(),
    Place.BALANCE: SeeBalance(),
}


def broadcast_notice_screen(notice: BroadcastNotice, translate: Translator) -> Screen:
    """*notice* with the texts of *translate*. An announcement has its author's words and buttons, and one home."""
    if isinstance(notice, Announcement):
        rows = (_row(label, target) for label, target in notice.buttons)
        photo = notice.picture or None
        ways_out = home_row(translate), tap(translate.label("b-no-news"), RefuseNews())
        return Screen(Html(notice.html), keyboard(*rows, *ways_out), photo=photo, kept=True)
    text = translate("notice-broadcast-over", sent=notice.sent, lost=notice.lost)
    return Screen(text, keyboard(home_row(translate)), kept=True)


def _row(label: str, target: str) -> Row:
    if target.startswith(PROMO_MARK):
        return tap(label, UsePromo(PromoCode(target.removeprefix(PROMO_MARK))))
    place = _PLACES.get(target)
    return tap(label, place) if place is not None else link(label, target)

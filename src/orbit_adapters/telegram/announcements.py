"""Broadcasts in the chats of those who get them, and of who sent them."""

from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.sanitize import Html
from orbit_adapters.telegram.screen import Screen, keyboard
from orbit_adapters.telegram.screens.buttons import home_row
from orbit_domain.notice.announcement import Announcement, BroadcastNotice


def broadcast_notice_screen(notice: BroadcastNotice, translate: Translator) -> Screen:
    """*notice* with the texts of *translate*. An announcement has its author's words and a button home."""
    if isinstance(notice, Announcement):
        return announcement_screen(notice.html, translate)
    text = translate("notice-broadcast-over", sent=notice.sent, lost=notice.lost)
    return Screen(text, keyboard(home_row(translate)), kept=True)


def announcement_screen(html: str, translate: Translator) -> Screen:
    """*html* as everyone gets it."""
    return Screen(Html(html), keyboard(home_row(translate)), kept=True)

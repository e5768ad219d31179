"""Messages to many: for whom, in which words, and how far each has come."""

import re
from html import unescape

from orbit_adapters.telegram.broadcast_callbacks import AskBroadcast, SeeBroadcast, SeeBroadcasts, SteerBroadcast
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.sanitize import Html, sanitize
from orbit_adapters.telegram.screen import Row, Screen, keyboard, tap
from orbit_adapters.telegram.screens.buttons import back_row, paragraphs
from orbit_adapters.telegram.staff_callbacks import SeeAdmin
from orbit_domain.broadcast.broadcast import Broadcast, BroadcastAction, BroadcastState, Segment
from orbit_domain.use_cases.show_broadcasts import BroadcastList, BroadcastView
from orbit_domain.user.user import User

_TITLE_CHARS = 30
_TAG = re.compile(r"<[^>]*>")
_ACTIONS = {
    BroadcastState.DRAFT: (BroadcastAction.START, BroadcastAction.STOP),
    BroadcastState.RUNNING: (BroadcastAction.PAUSE, BroadcastAction.STOP),
    BroadcastState.PAUSED: (BroadcastAction.RESUME, BroadcastAction.STOP),
}


def broadcasts_screen(listed: BroadcastList) -> Screen:
    """The newest ones, a button each, and the segments of a new one with their sizes."""
    translate = Translator(listed.admin.language)
    made = (tap(_title(one, translate), SeeBroadcast(one.id)) for one in listed.newest)
    new = (
        tap(
            translate.label("b-new-broadcast", segment=_segment(segment, translate), count=count), AskBroadcast(segment)
        )
        for segment, count in listed.sizes.items()
        if count
    )
    text = translate("broadcasts" if listed.newest else "broadcasts-none")
    return Screen(text, keyboard(*new, *made, back_row(translate, SeeAdmin())))


def ask_broadcast_screen(admin: User, segment: Segment) -> Screen:
    """Ask for the text."""
    translate = Translator(admin.language)
    text = translate("broadcast-ask", segment=_segment(segment, translate))
    return Screen(text, keyboard(back_row(translate, SeeBroadcasts())))


def broadcast_screen(view: BroadcastView) -> Screen:
    """How one stands, and what can be done about it now."""
    translate = Translator(view.admin.language)
    return Screen(
        paragraphs(
            translate("broadcast", segment=_segment(view.broadcast.segment, translate)), _state(view, translate)
        ),
        keyboard(*_action_rows(view.broadcast, translate), back_row(translate, SeeBroadcasts())),
    )


def _state(view: BroadcastView, translate: Translator) -> Html:
    broadcast, progress = view.broadcast, view.progress
    return translate(
        f"broadcast-{broadcast.state}",
        recipients=broadcast.recipients,
        sent=progress.sent,
        lost=progress.lost,
        waiting=progress.waiting,
        bar=_bar(progress.sent + progress.lost, max(broadcast.recipients, broadcast.queued)),
    )


def _bar(done: int, of: int) -> str:
    """Ten squares, as many of them filled as tenths are done."""
    filled = min(10, done * 10 // of) if of else 10
    return "▓" * filled + "░" * (10 - filled)


def _action_rows(broadcast: Broadcast, translate: Translator) -> list[Row]:
    rows = [
        tap(translate.label(f"b-broadcast-{action}", count=broadcast.recipients), SteerBroadcast(broadcast.id, action))
        for action in _ACTIONS.get(broadcast.state, ())
    ]
    is_moving = broadcast.state in (BroadcastState.RUNNING, BroadcastState.PAUSED)
    return [*rows, tap(translate.label("b-refresh"), SeeBroadcast(broadcast.id))] if is_moving else rows


def _title(broadcast: Broadcast, translate: Translator) -> str:
    text = sanitize(unescape(_TAG.sub("", broadcast.html)), _TITLE_CHARS)
    return f"{translate.label(f'broadcast-mark-{broadcast.state}')} {text}"


def _segment(segment: Segment, translate: Translator) -> str:
    return translate.label(f"segment-{segment}")

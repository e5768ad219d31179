"""Messages to many: for whom, in which words, and how far each has come."""

from orbit_adapters.telegram.broadcast_callbacks import (
    AskBroadcast,
    AskBroadcastButtons,
    DropBroadcastButtons,
    PreviewBroadcast,
    SeeBroadcast,
    SeeBroadcasts,
    SteerBroadcast,
)
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.sanitize import Html, sanitize
from orbit_adapters.telegram.screen import Row, Screen, keyboard, tap
from orbit_adapters.telegram.screens.bars import bar
from orbit_adapters.telegram.screens.broadcast_audience import audience_text
from orbit_adapters.telegram.screens.buttons import back_row, paragraphs
from orbit_adapters.telegram.screens.paging import admin_row
from orbit_domain.broadcast.audience import Segment
from orbit_domain.broadcast.broadcast import Broadcast, BroadcastAction, BroadcastState
from orbit_domain.broadcast.content import MAX_BUTTONS, MAX_LABEL, visible
from orbit_domain.use_cases.show_broadcasts import BroadcastList, BroadcastView

_TITLE_CHARS = 30
_ACTIONS = {
    BroadcastState.RUNNING: (BroadcastAction.PAUSE, BroadcastAction.STOP),
    BroadcastState.PAUSED: (BroadcastAction.RESUME, BroadcastAction.STOP),
}


def broadcasts_screen(listed: BroadcastList) -> Screen:
    """The newest ones, a button each, and the segments of a new one with their sizes."""
    translate = Translator(listed.admin.language)
    made = (tap(_title(one, translate), SeeBroadcast(one.id)) for one in listed.newest)
    new = (_new(segment, count, translate) for segment, count in listed.sizes.items() if count)
    text = translate("broadcasts" if listed.newest else "broadcasts-none")
    return Screen(text, keyboard(*new, *made, admin_row(translate)))


def _new(segment: Segment, count: int, translate: Translator) -> Row:
    name = translate.label(f"segment-{segment}")
    return tap(translate.label("b-new-broadcast", segment=name, count=count), AskBroadcast(segment))


def ask_broadcast_buttons_screen(view: BroadcastView) -> Screen:
    """Ask for the buttons of a draft."""
    translate, broadcast = Translator(view.admin.language), view.broadcast
    text = translate("broadcast-ask-buttons", maximum=MAX_BUTTONS, label=MAX_LABEL)
    bare = tap(translate.label("b-broadcast-bare"), DropBroadcastButtons(broadcast.id)) if broadcast.buttons else ()
    return Screen(text, keyboard(bare, back_row(translate, SeeBroadcast(broadcast.id))))


def broadcast_screen(view: BroadcastView) -> Screen:
    """How one stands, and what can be done about it now."""
    translate, broadcast = Translator(view.admin.language), view.broadcast
    whom = translate("broadcast", whom=audience_text(broadcast.audience, view.plan, translate))
    return Screen(
        paragraphs(whom, _state(view, translate)),
        keyboard(*_action_rows(broadcast, translate), back_row(translate, SeeBroadcasts())),
    )


def _state(view: BroadcastView, translate: Translator) -> Html:
    broadcast, progress = view.broadcast, view.progress
    is_unseen = broadcast.state is BroadcastState.DRAFT and not broadcast.is_previewed
    return translate(
        "broadcast-unseen" if is_unseen else f"broadcast-{broadcast.state}",
        recipients=broadcast.recipients,
        sent=progress.sent,
        lost=progress.lost,
        waiting=progress.waiting,
        bar=bar(progress.sent + progress.lost, max(broadcast.recipients, broadcast.queued)),
    )


def _action_rows(broadcast: Broadcast, translate: Translator) -> list[Row]:
    if broadcast.state is BroadcastState.DRAFT:
        start = [_action(broadcast, BroadcastAction.START, translate)] if broadcast.is_previewed else []
        return [
            *start,
            tap(translate.label("b-broadcast-me"), PreviewBroadcast(broadcast.id)),
            tap(translate.label("b-broadcast-buttons"), AskBroadcastButtons(broadcast.id)),
            _action(broadcast, BroadcastAction.STOP, translate),
        ]
    rows = [_action(broadcast, action, translate) for action in _ACTIONS.get(broadcast.state, ())]
    return [*rows, tap(translate.label("b-reload"), SeeBroadcast(broadcast.id))] if rows else rows


def _action(broadcast: Broadcast, action: BroadcastAction, translate: Translator) -> Row:
    label = translate.label(f"b-broadcast-{action}", count=broadcast.recipients)
    return tap(label, SteerBroadcast(broadcast.id, action))


def _title(broadcast: Broadcast, translate: Translator) -> str:
    text = sanitize(visible(broadcast.html), _TITLE_CHARS) or translate.label("broadcast-picture")
    return f"{translate.label(f'broadcast-mark-{broadcast.state}')} {text}"

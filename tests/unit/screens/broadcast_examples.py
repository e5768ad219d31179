"""The screens of broadcasts."""

from collections.abc import Callable, Mapping
from typing import Any

from orbit_adapters.telegram.screen import Screen
from orbit_adapters.telegram.screens.broadcast_audience import audience_screen
from orbit_adapters.telegram.screens.broadcasts import ask_broadcast_buttons_screen, broadcast_screen, broadcasts_screen
from orbit_domain.broadcast.audience import Audience, Segment
from orbit_domain.broadcast.broadcast import BroadcastProgress, BroadcastState
from orbit_domain.broadcast.content import BroadcastButton
from orbit_domain.ids import PlanCode
from orbit_domain.use_cases.show_broadcasts import AudienceView, BroadcastList, BroadcastView
from orbit_testing import samples
from tests.unit.screens import view_examples

_SIZES = {Segment.EVERYONE: 1_000, Segment.ACTIVE: 320, Segment.TRIAL: 40, Segment.EXPIRED: 0, Segment.NEVER: 640}


_NARROW = Audience(Segment.EXPIRED, "ru", PlanCode("sub_1m"), 30)


def _view(language: str, state: BroadcastState, **changes: Any) -> BroadcastView:
    progress = BroadcastProgress(0, 0, 0) if state is BroadcastState.DRAFT else BroadcastProgress(410, 12, 100)
    broadcast = samples.broadcast(1, recipients=1_000, state=state, **{"is_previewed": True, **changes})
    plan = samples.plan("sub_1m") if broadcast.audience.plan_code else None
    return BroadcastView(view_examples.user(language), broadcast, progress, plan)


def _audience(language: str, audience: Audience) -> AudienceView:
    plans = (samples.plan("sub_1m"), samples.plan("sub_3m", 2)) if audience.segment.has_plans else ()
    return AudienceView(view_examples.user(language), audience, 40, plans)


def _listed(language: str, *, has_any: bool) -> BroadcastList:
    made = tuple(samples.broadcast(number, state=state) for number, state in enumerate(BroadcastState, 1))
    return BroadcastList(view_examples.user(language), made if has_any else (), _SIZES)


BROADCAST_SCREENS: Mapping[str, Callable[[str], Screen]] = {
    "broadcasts": lambda language: broadcasts_screen(_listed(language, has_any=True)),
    "broadcasts_none": lambda language: broadcasts_screen(_listed(language, has_any=False)),
    "broadcast_ask": lambda language: audience_screen(_audience(language, Audience(Segment.TRIAL))),
    "broadcast_ask_narrow": lambda language: audience_screen(_audience(language, _NARROW)),
    "broadcast_unseen": lambda language: broadcast_screen(
        _view(language, BroadcastState.DRAFT, is_previewed=False, audience=_NARROW)
    ),
    "broadcast_ask_buttons": lambda language: ask_broadcast_buttons_screen(_view(language, BroadcastState.DRAFT)),
    "broadcast_change_buttons": lambda language: ask_broadcast_buttons_screen(
        _view(language, BroadcastState.DRAFT, buttons=(BroadcastButton("Plans", "plans"),))
    ),
    **{
        f"broadcast_{state}": lambda language, state=state: broadcast_screen(_view(language, state))
        for state in BroadcastState
    },
}

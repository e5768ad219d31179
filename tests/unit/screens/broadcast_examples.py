"""The screens of broadcasts."""

from collections.abc import Callable, Mapping

from orbit_adapters.telegram.screen import Screen
from orbit_adapters.telegram.screens.broadcasts import ask_broadcast_screen, broadcast_screen, broadcasts_screen
from orbit_domain.broadcast.broadcast import BroadcastProgress, BroadcastState, Segment
from orbit_domain.use_cases.show_broadcasts import BroadcastList, BroadcastView
from orbit_testing import samples
from tests.unit.screens import view_examples

_SIZES = {Segment.EVERYONE: 1_000, Segment.ACTIVE: 320, Segment.TRIAL: 40, Segment.EXPIRED: 0, Segment.NEVER: 640}


def _view(language: str, state: BroadcastState) -> BroadcastView:
    progress = BroadcastProgress(0, 0, 0) if state is BroadcastState.DRAFT else BroadcastProgress(410, 12, 100)
    broadcast = samples.broadcast(1, recipients=1_000, state=state, segment=Segment.ACTIVE)
    return BroadcastView(view_examples.user(language), broadcast, progress)


def _listed(language: str, *, has_any: bool) -> BroadcastList:
    made = tuple(samples.broadcast(number, state=state) for number, state in enumerate(BroadcastState, 1))
    return BroadcastList(view_examples.user(language), made if has_any else (), _SIZES)


BROADCAST_SCREENS: Mapping[str, Callable[[str], Screen]] = {
    "broadcasts": lambda language: broadcasts_screen(_listed(language, has_any=True)),
    "broadcasts_none": lambda language: broadcasts_screen(_listed(language, has_any=False)),
    "broadcast_ask": lambda language: ask_broadcast_screen(view_examples.user(language), Segment.TRIAL),
    **{
        f"broadcast_{state}": lambda language, state=state: broadcast_screen(_view(language, state))
        for state in BroadcastState
    },
}

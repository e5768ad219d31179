"""Callback data of the buttons of broadcasts. The rules of `callbacks` hold here too."""

from dataclasses import dataclass
from typing import ClassVar

from orbit_adapters.telegram.callback_data import Callback
from orbit_domain.broadcast.audience import Segment
from orbit_domain.broadcast.broadcast import BroadcastAction
from orbit_domain.ids import BroadcastId, PlanCode


@dataclass(frozen=True, slots=True)
class SeeBroadcasts(Callback):
    """Show the newest broadcasts, and whom a new one may be for."""

    word: ClassVar[str] = "casts"


@dataclass(frozen=True, slots=True)
class AskBroadcast(Callback):
    """Ask for the text of one for this segment, which is then typed."""

    segment: Segment
    word: ClassVar[str] = "newcast"


@dataclass(frozen=True, slots=True)
class NarrowBroadcast(Callback):
    """Narrow the one that is asked for: by *by* (`language`, `plan`, `days`), to *to*; once more takes it back."""

    by: str
    to: PlanCode
    word: ClassVar[str] = "narrow"


@dataclass(frozen=True, slots=True)
class SeeBroadcast(Callback):
    """Show how this one stands."""

    broadcast: BroadcastId
    word: ClassVar[str] = "cast"


@dataclass(frozen=True, slots=True)
class SteerBroadcast(Callback):
    """Start, pause, resume or stop this one."""

    broadcast: BroadcastId
    action: BroadcastAction
    word: ClassVar[str] = "steer"


@dataclass(frozen=True, slots=True)
class PreviewBroadcast(Callback):
    """Send this one to whoever taps."""

    broadcast: BroadcastId
    word: ClassVar[str] = "castme"


@dataclass(frozen=True, slots=True)
class AskBroadcastButtons(Callback):
    """Ask for the buttons of this draft, which are then typed."""

    broadcast: BroadcastId
    word: ClassVar[str] = "castbtn"


@dataclass(frozen=True, slots=True)
class DropBroadcastButtons(Callback):
    """Send this draft without buttons of its own."""

    broadcast: BroadcastId
    word: ClassVar[str] = "castbare"

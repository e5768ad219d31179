"""What becomes of one request."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Allowed:
    """Let it in."""


@dataclass(frozen=True, slots=True)
class Banned:
    """Leave it unanswered until *until*. *first* is true once a ban: that is when its owner is told."""

    until: datetime
    first: bool


Verdict = Allowed | Banned

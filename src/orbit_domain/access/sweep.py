"""A sweep of the panels that somebody asked for: that it runs, and what the last one has found."""

import re
from dataclasses import dataclass, fields
from typing import Self

SWEEP = "sweep"
"""The subject of admin actions that ask for a sweep and end it. The newest one says whether one runs."""

ASKED, AGREED, ENDED = "start_sweep", "agree_sweep", "end_sweep"
"""AGREED: whoever asks has seen how many accounts would be disabled or deleted, and agrees."""

_PART = re.compile(r"([a-z]+): ([0-9]{1,12})", re.ASCII)


@dataclass(frozen=True, slots=True)
class SweepFigures:
    """How many accounts were read, differed and are mended, wait for a person's yes, or have our note and no key.

    `unread` panels couldn't be read to the end.
    """

    accounts: int
    mended: int
    waiting: int
    ownerless: int
    unread: int

    def __str__(self) -> str:
        """As the log keeps them."""
        return "; ".join(f"{field.name}: {getattr(self, field.name)}" for field in fields(self))

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The figures that the log keeps as *text*; None for anything else."""
        found = {name: int(number) for name, number in _PART.findall(text)}
        names = [field.name for field in fields(cls)]
        return cls(**found) if list(found) == names else None

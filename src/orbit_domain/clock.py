"""Time as a port: the domain never asks the machine what time it is."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Returns the current time."""

    def now(self) -> datetime:
        """The current time, always aware and in UTC."""

"""Which notice goes first."""

from enum import IntEnum


class Priority(IntEnum):
    """What is sent first when several notices wait: the smaller number."""

    MONEY = 0
    ALERT = 1
    REMINDER = 2
    """From here on a notice waits for the end of quiet hours."""
    BROADCAST = 3
    EVENT = 4
    SET_ASIDE = 9
    """No notice's own: what one becomes when it fails by its own fault, so that it holds up no other."""

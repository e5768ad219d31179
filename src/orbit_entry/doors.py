"""Which doors a process opens."""

from enum import StrEnum


class Door(StrEnum):
    """The bot takes updates, the worker turns the loops, the web door answers about health.

    Every process answers about its own health, whichever doors it opens.
    """

    BOT = "bot"
    WORKER = "worker"
    WEB = "web"


Doors = frozenset[Door]
"""What one process opens."""

ALL_DOORS: Doors = frozenset(Door)

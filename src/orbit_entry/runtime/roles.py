"""Which doors a process opens."""

from enum import StrEnum


class ProcessRole(StrEnum):
    """The bot takes updates, the worker turns the loops, the web door answers about health.

    Every process answers about its own health, whichever doors it opens.
    """

    BOT = "bot"
    WORKER = "worker"
    WEB = "web"


ProcessRoles = frozenset[ProcessRole]
"""What one process opens."""

ALL_ROLES: ProcessRoles = frozenset(ProcessRole)

"""The id of the piece of work in hand: an update, a web request or the run of a job; what it causes carries it."""

import re
import secrets
from contextvars import ContextVar
from itertools import count

HEADER = "x-request-id"
_WELL_FORMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")

# Random once a process, then counted: ids never meet, and cost nearly nothing (docs/decisions/0063).
_process = secrets.token_hex(4)
_numbers = count(1)
_work: ContextVar[tuple[str | None, str | None]] = ContextVar("orbit_request_id", default=(None, None))
"""The id of the piece of work in hand, and of the one that has asked for it."""


def new_request_id() -> str:
    """An id that no other piece of work has."""
    return f"{_process}-{next(_numbers):x}"


def request_id() -> str | None:
    """The id of the piece of work in hand; None outside any."""
    return _work.get()[0]


def request_cause() -> str | None:
    """The id of the piece of work that has asked for this one; None when none has."""
    return _work.get()[1]


def well_formed(given: str | None) -> str | None:
    """*given* if it may be taken for an id, else None: what a stranger sends must not forge a line of the log."""
    return given if given is not None and _WELL_FORMED.fullmatch(given) else None


class bound_request_id:  # noqa: N801 - a block, as those of contextlib; a generator would take three times as long
    """Within the block the piece of work has the id *current*, and was asked for by *cause*."""

    __slots__ = ("_before", "_current")

    def __init__(self, current: str, cause: str | None = None) -> None:
        self._current = (current, cause)

    def __enter__(self) -> None:
        self._before = _work.set(self._current)

    def __exit__(self, *_: object) -> None:
        _work.reset(self._before)


def set_request_id(current: str) -> None:
    """From now on this task works on *current*."""
    _work.set((current, None))

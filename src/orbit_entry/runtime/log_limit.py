"""Keeps one fault that repeats from filling the disk: each kind of line is written a few times a minute."""

import logging
import time
from collections.abc import Callable

_PERIOD_S = 60.0
_MOST = 5
_KINDS = 1000


class LogLimit(logging.Filter):
    """Lets pass the first five lines of a kind in a minute; the fifth says that others like it are left out.

    A kind is a logger with a text before its values are filled in. *now* is a clock in seconds.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._now = now
        self._since = now()
        self._seen: dict[tuple[str, str], int] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether *record* is written."""
        if self._now() - self._since >= _PERIOD_S or len(self._seen) > _KINDS:
            self._since = self._now()
            self._seen.clear()
        kind = (record.name, str(record.msg)[:200])
        count = self._seen[kind] = self._seen.get(kind, 0) + 1
        if count == _MOST:
            record.msg = f"{record.msg} (more of these are left out for a minute)"
        return count <= _MOST

"""Dates and remaining time as people say them. Days are those of UTC, which never promises Russia too much."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from babel.dates import format_date

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)
_SHORT = {"ru": "d MMMM", "en": "MMMM d"}
_LONG = {"ru": "d MMMM y", "en": "MMMM d, y"}

Unit = Literal["days", "hours", "minutes"]


@dataclass(frozen=True, slots=True)
class Left:
    """Remaining time in the unit people would use, at least one of it."""

    unit: Unit
    count: int


def day(at: datetime, language: str, now: datetime | None = None) -> str:
    """`3 марта`, `March 3`; with the year unless *now* lies in the same one."""
    patterns = _SHORT if now is not None and now.year == at.year else _LONG
    return format_date(at.date(), patterns[language], locale=language)


def left(until: datetime, now: datetime) -> Left:
    """What remains to *until*: whole days to the nearest, below a day hours, below an hour minutes begun."""
    remaining = until - now
    if remaining >= _DAY:
        return Left("days", round(remaining / _DAY))
    if remaining >= _HOUR:
        return Left("hours", round(remaining / _HOUR))
    return Left("minutes", minutes_left(until, now))


def minutes_left(until: datetime, now: datetime) -> int:
    """Minutes begun that remain to *until*; at least one."""
    return max(1, -((now - until) // _MINUTE))

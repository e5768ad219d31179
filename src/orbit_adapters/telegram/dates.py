"""Dates and remaining time as text. Days are days in UTC."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal

from babel.dates import format_date

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)
_DATE = {"ru": "d MMMM y", "en": "MMMM d, y"}
_SHORT_DAY = {"ru": "d MMM", "en": "MMM d"}

Unit = Literal["days", "hours", "minutes"]


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """Remaining time in the unit a person would use. `count` is at least 1."""

    unit: Unit
    count: int


def day(at: datetime, language: str) -> str:
    """`3 марта 2027`, `March 3, 2027`."""
    return _written(at.date(), _DATE[language], language)


def short_day(at: datetime, language: str) -> str:
    """`3 мар.`, `Mar 3`: under a bar of a chart."""
    return _written(at.date(), _SHORT_DAY[language], language)


def short_month(at: datetime, language: str) -> str:
    """`март`, `Mar`: under a bar of a chart."""
    return _written(at.date(), "LLL", language)


def moment(at: datetime, language: str) -> str:
    """`3 марта 2027, 12:00`, `March 3, 2027, 12:00`, in UTC."""
    return f"{day(at, language)}, {at:%H:%M}"


def time_left(until: datetime, now: datetime) -> TimeLeft:
    """The time from *now* to *until*: days or hours, rounded to the nearest, and below an hour minutes, rounded up."""
    remaining = until - now
    if remaining >= _DAY:
        return TimeLeft("days", round(remaining / _DAY))
    if remaining >= _HOUR:
        return TimeLeft("hours", round(remaining / _HOUR))
    return TimeLeft("minutes", minutes_left(until, now))


def minutes_left(until: datetime, now: datetime) -> int:
    """The minutes from *now* to *until*, rounded up. At least 1."""
    return max(1, -((now - until) // _MINUTE))


@lru_cache(maxsize=2_048)
def _written(on: date, form: str, language: str) -> str:
    """*on* in Babel's *form*. All customers share the days of a year or two."""
    return format_date(on, form, locale=language)

"""Which notices a customer has switched off, and the hours in which the phone stays quiet."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

_DAY_HOURS = 24
_DAY_MINUTES = 24 * 60
_CODE_CHARS = 4


class NoticeGroup(StrEnum):
    """What can be switched off. Money, keys and answers are in no group: they can't."""

    REMINDERS = "reminders"
    NEWS = "news"
    REWARDS = "rewards"


@dataclass(frozen=True, slots=True)
class UtcOffset:
    """How many minutes the customer's clock is ahead of UTC, within one day: five hours behind is nineteen ahead.

    Quiet hours need the time of day alone, so a day more or less is the same.
    """

    minutes: int

    def __post_init__(self) -> None:
        if not 0 <= self.minutes < _DAY_MINUTES:
            raise ValueError(f"an offset is within one day, got {self.minutes} minutes")

    def __str__(self) -> str:
        """`0330`: three hours and a half."""
        return f"{self.minutes // 60:02}{self.minutes % 60:02}"

    @classmethod
    def read(cls, code: str) -> Self:
        """What `str` wrote. Raises ValueError."""
        hours, minutes = _pair(code)
        if minutes >= 60:
            raise ValueError(f"no offset: {code!r}")
        return cls(hours * 60 + minutes)

    def local(self, at: datetime) -> datetime:
        """*at*, moved so that its time of day is that of the customer's clock. The day may be another one."""
        return at + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From one full hour of the customer's clock to another, over midnight if need be."""

    begin: int
    end: int

    def __post_init__(self) -> None:
        if not (0 <= self.begin < _DAY_HOURS and 0 <= self.end < _DAY_HOURS and self.begin != self.end):
            raise ValueError(f"no quiet hours: from {self.begin} to {self.end}")

    def __str__(self) -> str:
        """`2208`: from ten in the evening to eight."""
        return f"{self.begin:02}{self.end:02}"

    @classmethod
    def read(cls, code: str) -> Self:
        """What `str` wrote. Raises ValueError."""
        return cls(*_pair(code))

    def moved(self, begin: int = 0, end: int = 0) -> "QuietHours | None":
        """Begin or end so many hours later. None when no hour or all of them would be quiet."""
        begin, end = (self.begin + begin) % _DAY_HOURS, (self.end + end) % _DAY_HOURS
        return QuietHours(begin, end) if begin != end else None

    def until(self, at: datetime, offset: UtcOffset) -> datetime | None:
        """When the quiet hours that hold *at* end. None when *at* is in none."""
        local = offset.local(at)
        hours = (local.hour - self.begin) % _DAY_HOURS
        length = (self.end - self.begin) % _DAY_HOURS
        if hours >= length:
            return None
        since_full_hour = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        return at - since_full_hour + timedelta(hours=length - hours)


PRESETS = (QuietHours(22, 8), QuietHours(23, 9), QuietHours(0, 10))
"""What is offered with one tap."""


@dataclass(frozen=True, slots=True)
class NoticeSettings:
    """What the customer has switched off, and when the phone stays quiet. Without the offset no hour is quiet."""

    off: frozenset[NoticeGroup] = frozenset()
    quiet_hours: QuietHours | None = None
    offset: UtcOffset | None = None

    def wants(self, group: NoticeGroup | None) -> bool:
        """Whether the customer wants notices of *group*. What is in none comes always."""
        return group is None or group not in self.off

    def switch(self, group: NoticeGroup, *, on: bool) -> Self:
        """With *group* on or off."""
        return replace(self, off=self.off - {group} if on else self.off | {group})

    def quiet_until(self, at: datetime) -> datetime | None:
        """When the quiet hours that hold *at* end. None when it isn't quiet at *at*."""
        if self.quiet_hours is None or self.offset is None:
            return None
        return self.quiet_hours.until(at, self.offset)


AS_NEW = NoticeSettings()
"""Everything, at any hour."""


def _pair(code: str) -> tuple[int, int]:
    if len(code) != _CODE_CHARS or not (code.isascii() and code.isdecimal()):
        raise ValueError(f"no pair of two digits: {code!r}")
    return int(code[:2]), int(code[2:])

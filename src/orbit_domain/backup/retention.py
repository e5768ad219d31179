"""Which backups are kept, and when the next one is due."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from orbit_domain.backup.backup import Backup, FailedBackup

_TRY_AGAIN = timedelta(minutes=10)

OLD = timedelta(days=1)
"""A shop whose last verified backup is older than this is in danger."""


@dataclass(frozen=True, slots=True)
class Retention:
    """Of how many hours, days and weeks one backup each is kept, counted over those that have one."""

    hourly: int = 24
    daily: int = 14
    weekly: int = 8


def dropped(backups: Iterable[Backup], retention: Retention | None = None) -> tuple[Backup, ...]:
    """Those of *backups*, of one shop, that are kept no more, oldest first.

    Of each hour, day and week the newest verified one stays, or the newest where none is verified; the newest of all
    and the newest verified of all stay whatever their hour.
    """
    rules = retention or Retention()
    newest_first = sorted(backups, key=_moment, reverse=True)
    verified = [one for one in newest_first if one.verified_at is not None]
    kept = {*_names(newest_first[:1]), *_names(verified[:1])}
    for period, count in ((_hour, rules.hourly), (_day, rules.daily), (_week, rules.weekly)):
        kept.update(_names(_best_of_each(newest_first, period)[:count]))
    return tuple(one for one in reversed(newest_first) if one.name not in kept)


def is_due(backups: Iterable[Backup], failed: FailedBackup | None, every: timedelta, now: datetime) -> bool:
    """Whether it is time for another one. After a try that left none the next one is ten minutes later."""
    if failed is not None and failed.at <= now < failed.at + min(every, _TRY_AGAIN):
        return False
    newest = max((one.taken_at for one in backups), default=None)
    # A backup of the future, from a clock that was wrong, holds up no other.
    return newest is None or not newest <= now < newest + every


def next_due(backups: Iterable[Backup], failed: FailedBackup | None, every: timedelta, now: datetime) -> datetime:
    """When the next one is due: *now*, where it is overdue."""
    if is_due(backups := tuple(backups), failed, every, now):
        return now
    newest = max((one.taken_at + every for one in backups if one.taken_at <= now), default=now)
    return max(newest, failed.at + min(every, _TRY_AGAIN) if failed is not None and failed.at <= now else now)


def newest_verified(backups: Iterable[Backup]) -> Backup | None:
    """The newest backup that is known to be whole."""
    return max((one for one in backups if one.verified_at is not None), key=_moment, default=None)


def _best_of_each(newest_first: Sequence[Backup], period: Callable[[datetime], object]) -> list[Backup]:
    """One backup of each period, newest period first."""
    best: dict[object, Backup] = {}
    for one in newest_first:
        name = period(one.taken_at.astimezone(UTC))
        known = best.setdefault(name, one)
        if known.verified_at is None and one.verified_at is not None:
            best[name] = one
    return list(best.values())


def _names(backups: Iterable[Backup]) -> Iterable[str]:
    return (one.name for one in backups)


def _moment(backup: Backup) -> datetime:
    return backup.taken_at


def _hour(moment: datetime) -> object:
    return moment.date(), moment.hour


def _day(moment: datetime) -> object:
    return moment.date()


def _week(moment: datetime) -> object:
    year, week, _ = moment.isocalendar()
    return year, week

"""Which backups are kept, and when the next one is due."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from orbit_domain.backup.backup import Backup, BackupProblem, FailedBackup
from orbit_domain.backup.retention import Retention, dropped, is_due, newest_verified
from tests.support.backups import backup
from tests.support.clock import NOON

HOUR = timedelta(hours=1)

_ages = st.lists(st.tuples(st.integers(0, 120 * 24 * 60), st.booleans()), max_size=80, unique_by=lambda one: one[0])


def _backups(ages: list[tuple[int, bool]]) -> tuple[Backup, ...]:
    return tuple(backup(NOON - timedelta(minutes=age), verified=verified) for age, verified in ages)


@given(_ages)
def test_the_newest_and_the_newest_verified_stay(ages: list[tuple[int, bool]]) -> None:
    """Whatever there is, the two that a shop would be restored from are never deleted, and enough others are."""
    backups = _backups(ages)
    gone = set(dropped(backups))
    kept = [one for one in backups if one not in gone]
    assert newest_verified(kept) == newest_verified(backups)
    if backups:
        assert max(backups, key=lambda one: one.taken_at) in kept
    assert len(kept) <= 24 + 14 + 8 + 2
    assert dropped(kept) == ()


@given(_ages, st.integers(0, 40))
def test_one_that_is_kept_later_was_kept_before(ages: list[tuple[int, bool]], later: int) -> None:
    """Deleting after every backup keeps what deleting once at the end would keep."""
    backups = sorted(_backups([(age, True) for age, _ in ages]), key=lambda one: one.taken_at)
    kept: list[Backup] = []
    for one in backups:
        kept.append(one)
        gone = set(dropped(kept))
        kept = [each for each in kept if each not in gone]
    gone = set(dropped(backups))
    assert kept == [one for one in backups if one not in gone]


def test_a_year_of_hourly_backups_leaves_a_day_two_weeks_and_two_months() -> None:
    """Hourly of the last day, then daily, then weekly."""
    backups = [backup(NOON - number * HOUR) for number in range(365 * 24)]
    gone = set(dropped(backups))
    ages = [(NOON - one.taken_at) // HOUR for one in backups if one not in gone]
    assert ages[:24] == list(range(24))
    # Two of the fourteen days are among the hours, three of the eight weeks among the days.
    assert len(ages) == 24 + 12 + 5
    assert 42 * 24 <= ages[-1] <= 56 * 24


def test_a_verified_one_stands_for_its_hour() -> None:
    """An unverified one that is newer in the same day doesn't take its place."""
    good, bad = backup(NOON - 50 * HOUR), backup(NOON - 49 * HOUR, verified=False)
    assert dropped((good, bad, backup(NOON)), Retention(hourly=1, daily=14, weekly=8)) == (bad,)


def test_a_failed_try_is_repeated_soon_and_not_at_once() -> None:
    """A full disk isn't filled each minute, and a clock that was ahead holds up nothing."""
    failed = FailedBackup(NOON, BackupProblem.NO_ROOM)
    assert is_due((), None, HOUR, NOON)
    assert not is_due((), failed, HOUR, NOON + timedelta(minutes=9))
    assert is_due((), failed, HOUR, NOON + timedelta(minutes=10))
    assert not is_due((backup(NOON),), None, HOUR, NOON + timedelta(minutes=59))
    assert is_due((backup(NOON),), None, HOUR, NOON + HOUR)
    assert is_due((backup(NOON + 9 * HOUR),), FailedBackup(NOON + 9 * HOUR, "no_room"), HOUR, NOON)


def test_a_week_of_two_years_is_one() -> None:
    """A week that spans two years is one week."""
    begin = datetime.fromisoformat("2026-12-28T12:00:00+00:00")
    backups = [backup(begin + timedelta(days=day)) for day in range(7)]
    assert len(set(backups) - set(dropped(backups, Retention(hourly=0, daily=0, weekly=8)))) == 1

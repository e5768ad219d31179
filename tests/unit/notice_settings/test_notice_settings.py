"""Quiet hours by the customer's clock, wherever that is and however they lie around midnight."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_domain.notice_settings.notice_settings import NoticeGroup, NoticeSettings, QuietHours, UtcOffset
from orbit_testing import strategies

MOSCOW, NEW_YORK, DELHI = UtcOffset(180), UtcOffset(19 * 60), UtcOffset(330)


def utc(hour: int, minute: int = 0, day: int = 2) -> datetime:
    """A moment in UTC."""
    return datetime(2026, 12, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "offset", "at", "until"),
    [
        (QuietHours(22, 8), MOSCOW, utc(18, 59), None),
        (QuietHours(22, 8), MOSCOW, utc(19), utc(5, day=3)),
        (QuietHours(22, 8), MOSCOW, utc(4, 59), utc(5)),
        (QuietHours(22, 8), MOSCOW, utc(5), None),
        (QuietHours(22, 8), NEW_YORK, utc(3), utc(13)),
        (QuietHours(22, 8), NEW_YORK, utc(13), None),
        (QuietHours(13, 15), DELHI, utc(7, 29), None),
        (QuietHours(13, 15), DELHI, utc(7, 30), utc(9, 30)),
    ],
)
def test_quiet_hours_end_when_the_customer_s_clock_says_so(
    hours: QuietHours, offset: UtcOffset, at: datetime, until: datetime | None
) -> None:
    """The first hour is quiet from its first second on, the last one isn't quiet any more."""
    assert NoticeSettings(quiet_hours=hours, offset=offset).quiet_until(at) == until


@given(strategies.quiet_hours(), strategies.utc_offsets(), strategies.moments())
def test_quiet_hours_end_within_the_day_and_only_once(hours: QuietHours, offset: UtcOffset, at: datetime) -> None:
    """What is held comes at the full hour that was chosen, before a day has passed, and isn't held again."""
    until = hours.until(at, offset)
    if until is None:
        return
    assert timedelta() < until - at < timedelta(days=1)
    local = offset.local(until)
    assert (local.hour, local.minute, local.second, local.microsecond) == (hours.end, 0, 0, 0)
    assert hours.until(until, offset) is None
    assert hours.until(until - timedelta(microseconds=1), offset) == until


@given(strategies.notice_settings(), strategies.moments())
def test_without_hours_or_a_clock_nothing_is_quiet(settings: NoticeSettings, at: datetime) -> None:
    """A half of the choice does nothing."""
    if settings.quiet_hours is None or settings.offset is None:
        assert settings.quiet_until(at) is None


@given(strategies.quiet_hours(), strategies.utc_offsets())
def test_what_a_button_carries_is_read_again(hours: QuietHours, offset: UtcOffset) -> None:
    """Four digits each."""
    assert QuietHours.read(str(hours)) == hours
    assert UtcOffset.read(str(offset)) == offset


@given(st.text(max_size=6) | st.integers(0, 9999).map("{:04}".format))
def test_what_names_no_hours_is_refused(code: str) -> None:
    """A crafted button names hours of a day, or nothing."""
    for kind in (QuietHours, UtcOffset):
        try:
            found = kind.read(code)
        except ValueError:
            continue
        assert str(found) == code


def test_hours_are_moved_around_the_clock() -> None:
    """Past midnight, and never so far that all hours or none would be quiet."""
    assert QuietHours(23, 8).moved(begin=1) == QuietHours(0, 8)
    assert QuietHours(22, 0).moved(end=-1) == QuietHours(22, 23)
    assert QuietHours(22, 23).moved(begin=1) is QuietHours(22, 23).moved(end=-1) is None


@given(strategies.notice_settings(), st.sampled_from(NoticeGroup), st.booleans())
def test_a_switch_changes_one_group(settings: NoticeSettings, group: NoticeGroup, on: bool) -> None:
    """All others stay; what is in no group comes always."""
    switched = settings.switch(group, on=on)
    assert {one: switched.wants(one) for one in NoticeGroup} == {
        **{one: settings.wants(one) for one in NoticeGroup},
        group: on,
    }
    assert switched.wants(None)
    assert switched.switch(group, on=on) == switched

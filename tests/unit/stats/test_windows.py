"""Where today, the week and the month begin."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_domain.stats import Windows

DAY = timedelta(days=1)
MOMENTS = st.datetimes(
    min_value=datetime(2000, 1, 1),  # noqa: DTZ001 - Hypothesis wants naive bounds and adds the zone
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from((UTC, timezone(timedelta(hours=14)), timezone(timedelta(hours=-11, minutes=-30)))),
)


@given(now=MOMENTS)
def test_each_window_holds_the_one_before(now: datetime) -> None:
    """Today is part of the week and the week of the month: one, seven and thirty days, today among them."""
    windows = Windows.at(now)
    assert windows.today <= now < windows.today + DAY
    assert (windows.today - windows.week, windows.today - windows.month) == (6 * DAY, 29 * DAY)


@given(now=MOMENTS)
def test_windows_begin_at_midnight_of_utc(now: datetime) -> None:
    """In every zone of the given time, days begin at midnight of UTC."""
    windows = Windows.at(now)
    assert windows == Windows.at(now.astimezone(UTC))
    for begin in (windows.today, windows.week, windows.month):
        assert begin.utcoffset() == timedelta(0)
        assert (begin.hour, begin.minute, begin.second, begin.microsecond) == (0, 0, 0, 0)


def test_a_time_without_a_zone_has_no_windows() -> None:
    """A naive time is refused instead of being guessed."""
    with pytest.raises(ValueError, match="zone"):
        Windows.at(datetime(2026, 11, 5, 12))  # noqa: DTZ001 - that is the point

"""All times are aware and in UTC."""

import pytest

from tests.unit.architecture.times import naive_times
from tests.unit.architecture.tree import SRC, complaints, python_files, report


def test_no_time_is_made_without_a_zone() -> None:
    """No datetime is constructed without a time zone."""
    found = complaints(python_files(SRC), naive_times)
    assert not found, report(found, "pass tzinfo=UTC (or tz=UTC), or take the time from a Clock")


@pytest.mark.parametrize(
    "source",
    [
        "datetime(2026, 1, 1)",
        "datetime.datetime(2026, 1, 1, tzinfo=None)",
        "datetime.utcnow()",
        "datetime.now()",
        "datetime.now(None)",
        "datetime.datetime.now(tz=None)",
        "datetime.fromtimestamp(5)",
        "datetime.utcfromtimestamp(5)",
        "date.today()",
    ],
)
def test_a_naive_time_is_seen(source: str) -> None:
    """Every constructor without a zone is complained about."""
    assert naive_times(source)


@pytest.mark.parametrize(
    "source",
    [
        "datetime(2026, 1, 1, tzinfo=UTC)",
        "datetime(2026, 1, 1, 0, 0, 0, 0, UTC)",
        "datetime.now(UTC)",
        "datetime.fromtimestamp(5, UTC)",
        "datetime.fromtimestamp(5, tz=UTC)",
        "clock.now()",
        "date(2026, 1, 1)",
    ],
)
def test_an_aware_time_is_left_alone(source: str) -> None:
    """Zones by position or by name, and clocks that were passed in, are fine."""
    assert naive_times(source) == []

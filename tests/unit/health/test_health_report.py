"""What follows for the whole shop from the state of its parts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_domain.health import HealthReport, Part, PartHealth, Status

H, D, U, N = Status.HEALTHY, Status.DEGRADED, Status.UNHEALTHY, Status.UNKNOWN
parts = st.builds(PartHealth, st.sampled_from(Part), st.sampled_from(Status), st.integers(0, 5000), st.text(max_size=5))


def _report(*parts: tuple[Part, Status]) -> HealthReport:
    return HealthReport(tuple(PartHealth(part, status, at) for at, (part, status) in enumerate(parts)))


@pytest.mark.parametrize(
    ("database", "panel", "whole"),
    [(H, H, H), (H, N, N), (H, D, D), (H, U, D), (U, H, U), (N, H, U)],
)
def test_only_the_database_stops_a_shop(database: Status, panel: Status, whole: Status) -> None:
    """A database that doesn't answer in time is as bad as one that refuses; without a panel the shop goes on."""
    assert _report((Part.DATABASE, database), (Part.PANEL, panel)).status is whole


@pytest.mark.parametrize(
    ("panels", "seen"), [((H, U), D), ((U, U), U), ((U, N), D), ((H, N), N), ((H, D), D), ((H, H), H)]
)
def test_several_panels_are_one_line(panels: tuple[Status, ...], seen: Status) -> None:
    """One of two panels that works is a shop that works in part, and the slowest says how long it took."""
    (line,) = _report(*((Part.PANEL, status) for status in panels)).merged
    assert (line.status, line.response_ms, line.name) == (seen, 1, "")


@given(st.lists(parts, max_size=8))
def test_a_shop_is_well_only_if_all_of_it_is(several: list[PartHealth]) -> None:
    """The whole is healthy if and only if each part is, and strangers read no name and nothing better than that."""
    report = HealthReport(tuple(several))
    assert (report.status is H) == all(one.status is H for one in several)
    assert HealthReport(report.merged).status is report.status
    assert not any(one.name for one in report.merged)

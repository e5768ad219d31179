"""How long to wait before a panel is called again."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_domain.access.placement import retry_after
from tests.unit.access.samples import NOON, new_key

LONGEST = timedelta(minutes=10)


@pytest.mark.parametrize(
    ("attempts", "seconds"),
    [(1, 5), (2, 10), (3, 20), (4, 40), (5, 80), (6, 160), (7, 320), (8, 600), (9, 600), (100, 600), (10**9, 600)],
)
def test_waits_double_up_to_ten_minutes(attempts: int, seconds: int) -> None:
    """Five seconds after the first failure, twice as long after each further one, never more than ten minutes."""
    assert retry_after(attempts) == timedelta(seconds=seconds)


@pytest.mark.parametrize("attempts", [0, -1, -(10**9)])
def test_without_a_failure_the_shortest_wait_applies(attempts: int) -> None:
    """A count of zero or less gives the shortest wait."""
    assert retry_after(attempts) == timedelta(seconds=5)


@given(st.integers(0, 10**6))
def test_a_further_failure_never_shortens_the_wait(attempts: int) -> None:
    """Waits only grow, and stay between five seconds and ten minutes."""
    wait, longer = retry_after(attempts), retry_after(attempts + 1)
    assert timedelta(seconds=5) <= wait <= longer <= LONGEST


@given(st.integers(1, 40))
def test_a_panel_that_stays_down_is_retried_for_ever(failures: int) -> None:
    """There is no last attempt: after any number of failures the next one is scheduled."""
    key, now = new_key(), NOON
    for _ in range(failures):
        key = key.postpone(0, "down", now)
        assert key.home.next_attempt_at is not None
        assert now < key.home.next_attempt_at <= now + LONGEST
        now = key.home.next_attempt_at
    assert (key.home.attempts, key.is_confirmed) == (failures, False)

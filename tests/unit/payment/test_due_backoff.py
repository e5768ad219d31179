"""How long to wait before a payment is settled again."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_domain.payment.due import ALERT_AT_ATTEMPT, settle_again_after


@pytest.mark.parametrize(
    ("attempts", "seconds"),
    [(0, 5), (1, 5), (2, 10), (3, 20), (4, 40), (7, 320), (8, 600), (9, 600), (11, 600), (12, 600), (10**9, 600)],
)
def test_waits_double_up_to_ten_minutes(attempts: int, seconds: int) -> None:
    """Five seconds after the first failure, twice as long after each further one, never more than ten minutes."""
    assert settle_again_after(attempts) == timedelta(seconds=seconds)


@given(st.integers(-5, 10**6))
def test_a_further_failure_never_shortens_the_wait(attempts: int) -> None:
    """Waits only grow, and stay between five seconds and ten minutes."""
    wait, longer = settle_again_after(attempts), settle_again_after(attempts + 1)
    assert timedelta(seconds=5) <= wait <= longer <= timedelta(minutes=10)


def test_the_third_failure_is_no_accident() -> None:
    """The owner is alerted with the third failure in a row."""
    assert ALERT_AT_ATTEMPT == 3

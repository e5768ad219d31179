"""The state of a subscription at a given time."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_domain.ids import PlanCode, TelegramId
from orbit_domain.plan.plan import TRIAL
from orbit_domain.subscription.subscription import GRACE, Subscription, SubscriptionState

END = datetime(2026, 11, 21, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
PAID = Subscription(TelegramId(42), END, PlanCode("sub_1m"))
TRIED = Subscription(TelegramId(42), END, TRIAL)
ORDER = [SubscriptionState.ACTIVE, SubscriptionState.GRACE, SubscriptionState.EXPIRED]


@pytest.mark.parametrize(
    ("since_end", "state"),
    [
        (-timedelta(days=30), SubscriptionState.ACTIVE),
        (-TICK, SubscriptionState.ACTIVE),
        (timedelta(0), SubscriptionState.GRACE),
        (timedelta(hours=24) - TICK, SubscriptionState.GRACE),
        (timedelta(hours=24), SubscriptionState.EXPIRED),
        (timedelta(days=3650), SubscriptionState.EXPIRED),
    ],
)
def test_a_paid_period_is_followed_by_a_day_of_grace(since_end: timedelta, state: SubscriptionState) -> None:
    """Active up to the end, in grace for exactly 24 hours, expired from then on."""
    assert PAID.state(END + since_end) is state


def test_a_running_trial_is_called_one() -> None:
    """The trial is shown as such while it runs; after it, grace and end are like any other's."""
    assert TRIED.state(END - TICK) is SubscriptionState.TRIAL
    assert TRIED.state(END) is SubscriptionState.GRACE
    assert TRIED.state(END + GRACE) is SubscriptionState.EXPIRED


def test_without_an_end_the_state_is_none() -> None:
    """Without an end there is neither grace nor expiry."""
    assert Subscription(TelegramId(42)).state(END) is SubscriptionState.NONE


def test_the_grace_is_a_setting() -> None:
    """A shop without grace expires at the end itself."""
    assert PAID.state(END, grace=timedelta(0)) is SubscriptionState.EXPIRED
    assert PAID.state(END + timedelta(hours=47), grace=timedelta(days=2)) is SubscriptionState.GRACE


@given(st.integers(-(10**10), 10**10), st.integers(0, 10**10))
def test_time_alone_only_moves_forward(offset_s: int, later_s: int) -> None:
    """A subscription left alone goes from active to grace to expired, and never back."""
    now = END + timedelta(seconds=offset_s)
    assert ORDER.index(PAID.state(now)) <= ORDER.index(PAID.state(now + timedelta(seconds=later_s)))

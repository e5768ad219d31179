"""When a reminder of the end is due: three days before, one day before, at the end, a day after; each once a period."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_domain.ids import PlanCode, TelegramId
from orbit_domain.plan.plan import TRIAL
from orbit_domain.subscription.reminders import (
    FIRST_REMINDER_BEFORE,
    LAST_REMINDER_UNTIL,
    Reminder,
    ReminderKind,
    due,
)
from orbit_domain.subscription.subscription import Grant, Subscription

END = datetime(2026, 11, 21, 12, tzinfo=UTC)
MONTH = PlanCode("sub_1m")
PAID = Subscription(TelegramId(42), END, MONTH)
TRIED = Subscription(TelegramId(42), END, TRIAL)
DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
SECONDS = st.integers(-10 * 86_400, 10 * 86_400)


def kind_at(subscription: Subscription, since_end: timedelta) -> ReminderKind | None:
    """The kind of reminder due *since_end* after the end."""
    current = due(subscription, END + since_end)
    return current.kind if current else None


@pytest.mark.parametrize(
    ("since_end", "kind"),
    [
        (-30 * DAY, None),
        (-3 * DAY - TICK, None),
        (-3 * DAY, ReminderKind.THREE_DAYS),
        (-DAY - TICK, ReminderKind.THREE_DAYS),
        (-DAY, ReminderKind.ONE_DAY),
        (-TICK, ReminderKind.ONE_DAY),
        (timedelta(0), ReminderKind.AT_END),
        (DAY - TICK, ReminderKind.AT_END),
        (DAY, ReminderKind.DAY_AFTER),
        (3 * DAY - TICK, ReminderKind.DAY_AFTER),
        (3 * DAY, None),
        (400 * DAY, None),
    ],
)
def test_each_reminder_has_its_time(since_end: timedelta, kind: ReminderKind | None) -> None:
    """Each reminder is due from its moment until the next one's, and none is due three days after the end."""
    assert kind_at(PAID, since_end) is kind


@pytest.mark.parametrize("since_end", [-3 * DAY, -3 * DAY + TICK, -2 * DAY, -DAY - TICK])
def test_a_trial_doesn_t_begin_with_three_days_left(since_end: timedelta) -> None:
    """A new trial of three days gets no reminder that it is nearly over."""
    assert kind_at(TRIED, since_end) is None


@pytest.mark.parametrize("since_end", [-DAY, timedelta(0), DAY])
def test_a_trial_has_the_other_reminders(since_end: timedelta) -> None:
    """From one day before the end a trial is treated like any period."""
    assert kind_at(TRIED, since_end) is kind_at(PAID, since_end) is not None


def test_without_a_subscription_no_reminder_is_due() -> None:
    """A user without a subscription gets no reminder."""
    assert due(Subscription(TelegramId(42)), END) is None


@given(SECONDS)
def test_reminders_are_due_only_inside_the_sweep_s_period(offset_s: int) -> None:
    """A reminder can be due only inside the period that the sweep reads."""
    now = END + timedelta(seconds=offset_s)
    if due(PAID, now):
        assert END - FIRST_REMINDER_BEFORE <= now < END + LAST_REMINDER_UNTIL


@given(SECONDS)
def test_a_reminder_names_the_period_it_is_about(offset_s: int) -> None:
    """A due reminder names the subscription's end."""
    current = due(PAID, END + timedelta(seconds=offset_s))
    assert current is None or current.ends_at == END


@given(st.lists(SECONDS, min_size=1, max_size=60))
def test_kinds_come_in_their_order_and_never_return(offsets: list[int]) -> None:
    """With any number of checks, a period goes through its reminders once, in order."""
    order = list(ReminderKind)
    current = [reminder for offset in sorted(offsets) if (reminder := due(PAID, END + timedelta(seconds=offset)))]
    positions = [order.index(reminder.kind) for reminder in current]
    assert positions == sorted(positions)


@given(SECONDS, st.integers(4 * 86_400, 365 * 86_400))
def test_a_renewal_silences_the_old_period(offset_s: int, bought_s: int) -> None:
    """After a renewal by more than three days, no reminder of the old or the new end is due."""
    now = END + timedelta(seconds=offset_s)
    renewed = PAID.extend(Grant("order:2", PAID.tg_id, bought_s, now), MONTH)
    assert due(renewed, now) is None


@given(st.integers(0, 365 * 86_400))
def test_after_an_outage_only_one_reminder_is_due(outage_s: int) -> None:
    """After an outage of any length, only the current reminder is due."""
    current = due(PAID, END - 3 * DAY + timedelta(seconds=outage_s))
    assert current is None or current in [Reminder(kind, END) for kind in ReminderKind]
    assert (current is None) == (outage_s >= 6 * 86_400)

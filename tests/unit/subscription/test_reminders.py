"""When a word about the end is owed: three days, one day, at the end, a day after; each once a period."""

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
    """The kind of reminder owed *since_end* after the end."""
    owed = due(subscription, END + since_end)
    return owed.kind if owed else None


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
    """Each begins at its moment, ends where the next begins, and old news aren't told."""
    assert kind_at(PAID, since_end) is kind


@pytest.mark.parametrize("since_end", [-3 * DAY, -3 * DAY + TICK, -2 * DAY, -DAY - TICK])
def test_a_trial_doesn_t_begin_with_three_days_left(since_end: timedelta) -> None:
    """Whoever has just started three free days isn't told that they are nearly over."""
    assert kind_at(TRIED, since_end) is None


@pytest.mark.parametrize("since_end", [-DAY, timedelta(0), DAY])
def test_a_trial_has_the_other_reminders(since_end: timedelta) -> None:
    """From one day before the end a trial is treated like any period."""
    assert kind_at(TRIED, since_end) is kind_at(PAID, since_end) is not None


def test_nothing_is_owed_about_nothing() -> None:
    """Who never had a subscription is never reminded of its end."""
    assert due(Subscription(TelegramId(42)), END) is None


@given(SECONDS)
def test_a_sweep_over_the_named_days_misses_nobody(offset_s: int) -> None:
    """A reminder can be owed only between the first and the last moment that sweeps look at."""
    now = END + timedelta(seconds=offset_s)
    if due(PAID, now):
        assert END - FIRST_REMINDER_BEFORE <= now < END + LAST_REMINDER_UNTIL


@given(SECONDS)
def test_a_reminder_names_the_period_it_is_about(offset_s: int) -> None:
    """Whatever is owed is owed about this very end."""
    owed = due(PAID, END + timedelta(seconds=offset_s))
    assert owed is None or owed.ends_at == END


@given(st.lists(SECONDS, min_size=1, max_size=60))
def test_kinds_come_in_their_order_and_never_return(offsets: list[int]) -> None:
    """Looked at however often, a period goes through its reminders once, in order."""
    order = list(ReminderKind)
    owed = [reminder for offset in sorted(offsets) if (reminder := due(PAID, END + timedelta(seconds=offset)))]
    positions = [order.index(reminder.kind) for reminder in owed]
    assert positions == sorted(positions)


@given(SECONDS, st.integers(4 * 86_400, 365 * 86_400))
def test_a_renewal_silences_the_old_period(offset_s: int, bought_s: int) -> None:
    """After more than three days were bought, nothing is owed about the old end or the new one."""
    now = END + timedelta(seconds=offset_s)
    renewed = PAID.extend(Grant("order:2", PAID.tg_id, bought_s, now), MONTH)
    assert due(renewed, now) is None


@given(st.integers(0, 365 * 86_400))
def test_after_an_outage_only_one_reminder_is_owed(outage_s: int) -> None:
    """However long nobody looked, the customer hears one thing: the one that is still true."""
    owed = due(PAID, END - 3 * DAY + timedelta(seconds=outage_s))
    assert owed is None or owed in [Reminder(kind, END) for kind in ReminderKind]
    assert (owed is None) == (outage_s >= 6 * 86_400)

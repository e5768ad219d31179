"""When a customer is reminded of the end of the period."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from orbit_domain.plan.plan import TRIAL
from orbit_domain.subscription.subscription import Subscription


class ReminderKind(StrEnum):
    """One each a period, in this order."""

    THREE_DAYS = "three_days"
    ONE_DAY = "one_day"
    AT_END = "at_end"
    DAY_AFTER = "day_after"


_DAY = timedelta(days=1)

FIRST_REMINDER_BEFORE = 3 * _DAY
LAST_REMINDER_UNTIL = 3 * _DAY
RENEWED_BEFORE = timedelta(hours=26)
"""How long before its end a period is renewed by itself: before the reminder of the last day."""

_WINDOWS = (
    (ReminderKind.THREE_DAYS, -3 * _DAY, -_DAY),
    (ReminderKind.ONE_DAY, -_DAY, timedelta(0)),
    (ReminderKind.AT_END, timedelta(0), _DAY),
    (ReminderKind.DAY_AFTER, _DAY, LAST_REMINDER_UNTIL),
)


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder about the period that ends at `ends_at`."""

    kind: ReminderKind
    ends_at: datetime


def renews_soon(subscription: Subscription, now: datetime) -> bool:
    """Whether now is the time to renew *subscription*, if it renews by itself."""
    return subscription.ends_at is not None and now < subscription.ends_at <= now + RENEWED_BEFORE


def upcoming(subscription: Subscription, now: datetime) -> tuple[tuple[ReminderKind, datetime], ...]:
    """The reminders that come after *now* if nothing changes, and when, in their order."""
    ends_at = subscription.ends_at
    if ends_at is None:
        return ()
    return tuple((kind, ends_at + begin) for kind, begin, _ in _windows(subscription) if ends_at + begin > now)


def due(subscription: Subscription, now: datetime) -> Reminder | None:
    """The reminder due at *now*, if any. After an outage only the one that still makes sense."""
    ends_at = subscription.ends_at
    if ends_at is None:
        return None
    kinds = (kind for kind, begin, end in _windows(subscription) if begin <= now - ends_at < end)
    kind = next(kinds, None)
    return Reminder(kind, ends_at) if kind else None


def first_reminder(subscription: Subscription) -> datetime | None:
    """From when on a new end is looked at; what is due then, and what comes next, is decided there."""
    return subscription.ends_at - FIRST_REMINDER_BEFORE if subscription.ends_at else None


def next_reminder(subscription: Subscription, now: datetime) -> datetime | None:
    """When the reminder after *now* is due if nothing changes; None after the last one."""
    return next((at for _, at in upcoming(subscription, now)), None)


def _windows(subscription: Subscription) -> tuple[tuple[ReminderKind, timedelta, timedelta], ...]:
    """Each reminder of *subscription*, and from when until when, after the end, it is due.

    A three-day trial doesn't begin with "three days left".
    """
    is_trial = subscription.plan_code == TRIAL
    return tuple(window for window in _WINDOWS if not (is_trial and window[0] is ReminderKind.THREE_DAYS))

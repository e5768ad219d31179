"""When a customer is reminded of the end of the period."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from orbit_domain.ids import PlanCode
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


@dataclass(frozen=True, slots=True)
class ReminderWindow:
    """A reminder is due now for periods that end after `ends_after` and not after `ends_until`, except of one plan."""

    kind: ReminderKind
    ends_after: datetime
    ends_until: datetime
    except_plan: PlanCode | None

    def holds(self, subscription: Subscription) -> bool:
        """Whether this reminder is due for *subscription*."""
        ends_at = subscription.ends_at
        if ends_at is None or subscription.plan_code == self.except_plan is not None:
            return False
        return self.ends_after < ends_at <= self.ends_until


def windows(now: datetime) -> tuple[ReminderWindow, ...]:
    """For which periods each reminder is due at *now*; no period is in two of them.

    A three-day trial doesn't begin with "three days left".
    """
    return tuple(
        ReminderWindow(kind, now - end, now - begin, TRIAL if kind is ReminderKind.THREE_DAYS else None)
        for kind, begin, end in _WINDOWS
    )


def renews_soon(subscription: Subscription, now: datetime) -> bool:
    """Whether now is the time to renew *subscription*, if it renews by itself."""
    return subscription.ends_at is not None and now < subscription.ends_at <= now + RENEWED_BEFORE


def upcoming(subscription: Subscription, now: datetime) -> tuple[tuple[ReminderKind, datetime], ...]:
    """The reminders that come after *now* if nothing changes, and when, in their order."""
    ends_at = subscription.ends_at
    if ends_at is None:
        return ()
    is_trial = subscription.plan_code == TRIAL
    return tuple(
        (kind, ends_at + begin)
        for kind, begin, _ in _WINDOWS
        if ends_at + begin > now and not (is_trial and kind is ReminderKind.THREE_DAYS)
    )


def due(subscription: Subscription, now: datetime) -> Reminder | None:
    """The reminder due at *now*, if any. After an outage only the one that still makes sense."""
    if subscription.ends_at is None:
        return None
    kinds = (window.kind for window in windows(now) if window.holds(subscription))
    kind = next(kinds, None)
    return Reminder(kind, subscription.ends_at) if kind else None

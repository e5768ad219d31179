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


def due(subscription: Subscription, now: datetime) -> Reminder | None:
    """The reminder due at *now*, if any. After an outage only the one that still makes sense.

    A three-day trial doesn't begin with "three days left".
    """
    if subscription.ends_at is None:
        return None
    for kind, begin, end in _WINDOWS:
        if subscription.ends_at + begin <= now < subscription.ends_at + end:
            if kind is ReminderKind.THREE_DAYS and subscription.plan_code == TRIAL:
                return None
            return Reminder(kind, subscription.ends_at)
    return None

"""What a customer wants to be told, and what the staff sees of it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from orbit_adapters.telegram.screen import Screen
from orbit_adapters.telegram.screens.customer_notices import journal_screen
from orbit_adapters.telegram.screens.notices import (
    HALF_HOURS,
    WHOLE_HOURS,
    clock_screen,
    notices_screen,
    quiet_hours_screen,
    switched_screen,
)
from orbit_domain.ids import PlanCode
from orbit_domain.notice.notice import PeriodEnding
from orbit_domain.notice.repository import DropReason, OutboxMessage
from orbit_domain.notice_settings.notice_settings import NoticeGroup, NoticeSettings, QuietHours, UtcOffset
from orbit_domain.subscription.reminders import ReminderKind
from orbit_domain.subscription.repository import Customer
from orbit_domain.subscription.subscription import Subscription
from orbit_domain.use_cases.choose_notices import NoticesView
from orbit_domain.use_cases.show_customer_notices import NoticeJournal, following
from orbit_testing import samples
from tests.unit.screens import view_examples
from tests.unit.screens.staff_examples import member
from tests.unit.screens.view_examples import DAY, NOW, TG_ID

QUIET = NoticeSettings(frozenset({NoticeGroup.NEWS}), QuietHours(22, 8), UtcOffset(180))
_HOUR = timedelta(hours=1)


def _view(language: str, chosen: NoticeSettings) -> NoticesView:
    return NoticesView(replace(view_examples.user(language), notices=chosen), NOW)


def _message(number: int, **changes: object) -> OutboxMessage:
    """A reminder that was sent, unless *changes* say otherwise."""
    notice = PeriodEnding(ReminderKind.THREE_DAYS, NOW + DAY, "sub_1m")
    message = samples.message(number, TG_ID, notice=notice, not_before=NOW - number * _HOUR)
    return replace(message, **changes)


def _journal(language: str, *, is_empty: bool = False) -> NoticeJournal:
    """A page with each fate, of a customer with quiet hours who has blocked the bot; or an empty one."""
    user = view_examples.user(language)
    if is_empty:
        customer = Customer(user, Subscription(TG_ID))
        return NoticeJournal(member(language), customer, (), (), 0, has_more=False, now=NOW)
    user = replace(user, notices=QUIET, unreachable_at=NOW - DAY)
    customer = Customer(user, Subscription(TG_ID, NOW + 2 * DAY, PlanCode("sub_1m")))
    messages = (
        _message(1, not_before=NOW + _HOUR),
        _message(2),
        _message(3, not_before=NOW + 2 * _HOUR, attempts=1, last_error="Telegram: too many messages"),
        _message(4, done_at=NOW - 4 * _HOUR),
        _message(5, done_at=NOW - 5 * _HOUR, dropped_reason=DropReason.OUTDATED),
        _message(6, done_at=NOW - 6 * _HOUR, dropped_reason=DropReason.SWITCHED_OFF),
        _message(7, done_at=NOW - 7 * _HOUR, dropped_reason="a reason of another version"),
        _message(8, dead_at=NOW - 8 * _HOUR, last_error="the user can't be reached"),
    )
    return NoticeJournal(member(language), customer, messages, following(customer, NOW), 0, has_more=True, now=NOW)


NOTICE_SETTINGS_SCREENS: Mapping[str, Callable[[str], Screen]] = {
    "notices": lambda language: notices_screen(_view(language, NoticeSettings())),
    "notices_quiet": lambda language: notices_screen(_view(language, QUIET)),
    **{
        f"notices_{group}_{'off' if off else 'on'}": lambda language, group=group, off=off: switched_screen(
            _view(language, NoticeSettings(frozenset({group}) if off else frozenset())), group
        )
        for group in NoticeGroup
        for off in (True, False)
    },
    "quiet_hours_off": lambda language: quiet_hours_screen(_view(language, NoticeSettings())),
    "quiet_hours_ask_time": lambda language: quiet_hours_screen(_view(language, replace(QUIET, offset=None))),
    "quiet_hours_on": lambda language: quiet_hours_screen(_view(language, QUIET)),
    "quiet_hours_short": lambda language: quiet_hours_screen(
        _view(language, replace(QUIET, quiet_hours=QuietHours(23, 0)))
    ),
    "clock": lambda language: clock_screen(_view(language, QUIET), WHOLE_HOURS),
    "clock_half": lambda language: clock_screen(_view(language, QUIET), HALF_HOURS),
    "customer_notices": lambda language: journal_screen(_journal(language)),
    "customer_notices_none": lambda language: journal_screen(_journal(language, is_empty=True)),
}

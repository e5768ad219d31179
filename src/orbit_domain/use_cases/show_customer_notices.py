"""What a customer was told, is about to be told, and would be told next: for the staff."""

from dataclasses import dataclass
from datetime import datetime

from orbit_domain.clock import Clock
from orbit_domain.ids import TelegramId
from orbit_domain.notice.repository import OutboxMessage
from orbit_domain.notice_settings.notice_settings import NoticeGroup
from orbit_domain.steps.require_permission import StaffMember, require_permission
from orbit_domain.storage import Storage
from orbit_domain.subscription.reminders import ReminderKind, upcoming
from orbit_domain.subscription.repository import Customer
from orbit_domain.user.permission import Permission
from orbit_domain.user.user import NoSuchUser, User

_PAGE = 8
_LAST_PAGE = 24


@dataclass(frozen=True, slots=True)
class NextReminder:
    """A reminder that comes by itself: *at* is after the quiet hours."""

    kind: ReminderKind
    at: datetime


@dataclass(frozen=True, slots=True)
class NoticeJournal:
    """Notices, newest first; *page* counts from zero. *following* comes by itself if nothing changes."""

    user: User
    customer: Customer
    messages: tuple[OutboxMessage, ...]
    following: tuple[NextReminder, ...]
    page: int
    has_more: bool
    now: datetime


@dataclass(frozen=True, slots=True)
class ShowCustomerNotices:
    """A page of the journal. Raises NotPermitted, NoSuchUser."""

    storage: Storage
    clock: Clock
    owner: TelegramId | None

    async def __call__(self, staff_id: TelegramId, tg_id: TelegramId, page: int = 0) -> NoticeJournal:
        page, now = min(page, _LAST_PAGE), self.clock.now()
        begin, end = page * _PAGE, (page + 1) * _PAGE
        async with self.storage.transaction() as tx:
            user = await require_permission(tx, StaffMember(staff_id, self.owner), Permission.FIND_CUSTOMERS)
            customer = await tx.subscriptions.customer(tg_id)
            if customer is None:
                raise NoSuchUser(tg_id)
            messages = await tx.outbox.of_user(tg_id, end + 1)
        has_more = len(messages) > end and page < _LAST_PAGE
        return NoticeJournal(user, customer, messages[begin:end], following(customer, now), page, has_more, now)


def following(customer: Customer, now: datetime) -> tuple[NextReminder, ...]:
    """The reminders that *customer* gets next; none when they are switched off, or the customer is banned."""
    chosen = customer.user.notices
    if customer.user.banned_at is not None or not chosen.wants(NoticeGroup.REMINDERS):
        return ()
    return tuple(NextReminder(kind, chosen.quiet_until(at) or at) for kind, at in upcoming(customer.subscription, now))

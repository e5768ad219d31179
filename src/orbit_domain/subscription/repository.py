"""Where subscriptions and their grants are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from orbit_domain.ids import TelegramId
from orbit_domain.subscription.reminders import ReminderWindow
from orbit_domain.subscription.subscription import Grant, Subscription
from orbit_domain.user.user import User


@dataclass(frozen=True, slots=True)
class Customer:
    """A user together with what they have: one row, one statement."""

    user: User
    subscription: Subscription


class Subscriptions(Protocol):
    """What time customers have. The user's lock covers the subscription too."""

    async def customer(self, tg_id: TelegramId) -> Customer | None:
        """The user and the subscription in one read."""

    async def get(self, tg_id: TelegramId) -> Subscription:
        """The user's subscription; an empty one if there never was any."""

    async def save(self, subscription: Subscription) -> None:
        """Record the end, the plan and the switch."""

    async def renewable(self, now: datetime, limit: int) -> tuple[TelegramId, ...]:
        """Who wants to renew from the balance, and has a period that ends within RENEWED_BEFORE.

        By (end, user), without those who keep a card or are banned. Whoever was told that it didn't work (the dedupe
        key of that end's `NotRenewed` was used) is listed again when the balance covers the plan's price.
        """

    async def unreminded(self, windows: Sequence[ReminderWindow], limit: int) -> tuple[Subscription, ...]:
        """Subscriptions in one of *windows* whose reminder isn't in the outbox yet, by (end, user).

        A reminder is in the outbox when the dedupe key of its `PeriodEnding` was used.
        """


class Grants(Protocol):
    """Time given. Append-only."""

    async def add(self, grant: Grant) -> bool:
        """Record *grant*; False if its cause is recorded already."""

    async def of_user(self, tg_id: TelegramId) -> tuple[Grant, ...]:
        """Every grant of the user, in the order in which they were recorded."""

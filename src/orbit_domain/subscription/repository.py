"""Where subscriptions and their grants are kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from orbit_domain.ids import TelegramId
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
        """Record the end, the plan and the switch. The reminders of the end are looked at anew."""

    async def renewable(self, now: datetime, after: Subscription | None, limit: int) -> tuple[Subscription, ...]:
        """Those that are to renew from the balance, and end within RENEWED_BEFORE, from the one behind *after* on.

        By (end, user), without those who keep a card or are banned. Whoever was told that it didn't work (the dedupe
        key of that end's `NotRenewed` was used) is listed again when the balance covers the plan's price.
        """

    async def to_remind(self, now: datetime, limit: int) -> tuple[Subscription, ...]:
        """Subscriptions whose next reminder is to be looked at now, by that time and user, held until the end.

        That is from `first_reminder` of a saved subscription on, then from the time of `remind_at` on. Those that
        another transaction holds are left out: they are there the next time.
        """

    async def remind_at(self, times: Mapping[TelegramId, datetime | None]) -> None:
        """Record when the next reminder of each is to be looked at; None: when it is saved again."""


class Grants(Protocol):
    """Time given. Append-only."""

    async def add(self, grant: Grant) -> bool:
        """Record *grant*; False if its cause is recorded already."""

    async def of_user(self, tg_id: TelegramId) -> tuple[Grant, ...]:
        """Every grant of the user, in the order in which they were recorded."""

"""What time a customer has: the fold of grants."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self
from uuid import UUID

from orbit_domain.ids import OrderId, PlanCode, PromoCode, TelegramId
from orbit_domain.plan.plan import TRIAL

GRACE = timedelta(hours=24)


class SubscriptionState(StrEnum):
    """What the time says. In GRACE the keys still work and the screens say so."""

    NONE = "none"
    TRIAL = "trial"
    ACTIVE = "active"
    GRACE = "grace"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Grant:
    """Time given (or taken back: negative) for one cause, which is unique for ever."""

    cause: str
    tg_id: TelegramId
    seconds: int
    at: datetime


def order_cause(order_id: OrderId) -> str:
    """The cause of the time that one order gives."""
    return f"order:{order_id}"


def conversion_cause(order_id: OrderId) -> str:
    """The cause of what the time left gains or loses when one order changes the plan."""
    return f"convert:{order_id}"


def refund_cause(order_id: OrderId) -> str:
    """The cause of what the refund of one order takes back."""
    return f"refund:{order_id}"


def reversal_cause(record_ref: str) -> str:
    """The cause of what is taken back of time that a customer bought with money that has gone back."""
    return f"reversal:{record_ref}"


def deletion_cause(request_id: UUID) -> str:
    """The cause of what a customer gives up by deleting the account."""
    return f"deletion:{request_id}"


def is_taken_back(cause: str) -> bool:
    """Whether a grant of this cause took time back, by a refund, a reversal or a deletion."""
    return cause.startswith(("refund:", "reversal:", "deletion:"))


def refunded_order(cause: str) -> OrderId | None:
    """The order whose refund a grant of this cause is; None for any other grant."""
    return _named(cause, "refund")


def is_conversion(cause: str) -> bool:
    """Whether a grant of this cause is a conversion."""
    return cause.startswith("convert:")


def order_of(cause: str) -> OrderId | None:
    """The order that a grant comes from; None for time that no order gave: a trial, a gift, an import."""
    return _named(cause, "order", "convert")


def _named(cause: str, *kinds: str) -> OrderId | None:
    kind, _, name = cause.partition(":")
    if kind in kinds:
        with suppress(ValueError):
            return OrderId(UUID(name))
    return None


def gift_cause(request_id: UUID) -> str:
    """The cause of time that the staff gave, once for each request."""
    return f"gift:{request_id}"


def trial_cause(tg_id: TelegramId) -> str:
    """The cause of a user's one trial."""
    return f"trial:{tg_id}"


def promo_cause(code: PromoCode, tg_id: TelegramId) -> str:
    """The cause of the days that a user got by a promo code, once."""
    return f"promo:{code}:{tg_id}"


@dataclass(frozen=True, slots=True)
class Subscription:
    """When the customer's time ends and under which plan; `ends_at` None means there never was any.

    `auto_renew`: the customer wants the plan to be bought again from the balance before the time ends.
    """

    tg_id: TelegramId
    ends_at: datetime | None = None
    plan_code: PlanCode | None = None
    auto_renew: bool = False

    def extend(self, grant: Grant, plan_code: PlanCode) -> Self:
        """Add the grant's time: from the end while time is left, from the grant's time after that.

        Only a negative grant moves the end back: a refund, or a change to a dearer plan.
        """
        begin = self.ends_at
        if begin is None or (grant.seconds > 0 and begin < grant.at):
            begin = grant.at
        return replace(self, ends_at=begin + timedelta(seconds=grant.seconds), plan_code=plan_code)

    def state(self, now: datetime, grace: timedelta = GRACE) -> SubscriptionState:
        """What the customer has at *now*."""
        if self.ends_at is None:
            return SubscriptionState.NONE
        if now < self.ends_at:
            return SubscriptionState.TRIAL if self.plan_code == TRIAL else SubscriptionState.ACTIVE
        return SubscriptionState.GRACE if now < self.ends_at + grace else SubscriptionState.EXPIRED


def fold(tg_id: TelegramId, grants: Iterable[Grant]) -> datetime | None:
    """The end that *grants*, in the order in which they were recorded, add up to.

    Their times don't say that order: two processes read their clocks before one of them waits for a lock.
    """
    subscription = Subscription(tg_id)
    for grant in grants:
        subscription = subscription.extend(grant, PlanCode(""))
    return subscription.ends_at

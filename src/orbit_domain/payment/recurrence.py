"""A payment that repeats: the messenger charges the customer the same again each month, until somebody stops it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

PERIOD = timedelta(days=30)
"""What one charge pays for. Telegram knows no other."""
_EARLY = timedelta(days=1)
_LATE = timedelta(days=1)
_OPEN_UNTIL = timedelta(days=33)


class RecurrenceState(StrEnum):
    """What the messenger has said last. It is shown and moves nothing: only charges in its list are money."""

    ACTIVE = "active"
    CANCELED = "canceled"
    FAILED = "failed"


class RenewalWish(StrEnum):
    """What the customer wants of the next charges: none, or to be allowed to switch them on again."""

    STOP = "stop"
    ALLOW = "allow"


@dataclass(frozen=True, slots=True)
class Recurrence:
    """How the repeated charges of a payment stand.

    `charged_at` is when the newest one was made; None before the first. `told_at` is when its state was told; None
    when that is known from a charge alone. `wish` is what the messenger is asked for until it has answered.
    """

    state: RecurrenceState = RecurrenceState.ACTIVE
    charged_at: datetime | None = None
    told_at: datetime | None = None
    wish: RenewalWish | None = None

    def charge(self, at: datetime) -> Self:
        """A charge was made at *at*. It disproves a failure, and a cancellation that was told before it."""
        newest = at if self.charged_at is None else max(self.charged_at, at)
        is_canceled = self.state is RecurrenceState.CANCELED and self.told_at is not None and at <= self.told_at
        return replace(self, charged_at=newest, state=self.state if is_canceled else RecurrenceState.ACTIVE)

    def turn(self, state: RecurrenceState, now: datetime) -> Self:
        """The messenger says *state*. That a charge has failed is old news while the newest one covers the period."""
        if state is RecurrenceState.FAILED and self.charged_at is not None and now < self.charged_at + PERIOD - _EARLY:
            return self
        return self if state is self.state else replace(self, state=state, told_at=now)

    def is_running(self, now: datetime) -> bool:
        """Whether another charge is to be expected. One that is a day late isn't."""
        is_paid = self.charged_at is not None and now < self.charged_at + PERIOD + _LATE
        return is_paid and self.state is RecurrenceState.ACTIVE

    def renews(self, ends_at: datetime, now: datetime) -> bool:
        """Whether the next charge comes in time for a subscription that ends at *ends_at*."""
        return self.is_running(now) and self.charged_at is not None and self.charged_at + PERIOD <= ends_at + _LATE

    def is_due(self, now: datetime) -> bool:
        """Whether a charge is due, so that one may be made on purpose: some days around the end of the period."""
        charged_at = self.charged_at
        return charged_at is not None and charged_at + PERIOD - _EARLY <= now < charged_at + _OPEN_UNTIL

    def admits(self, wish: RenewalWish, now: datetime) -> bool:
        """Whether *wish* still makes a difference.

        What isn't stopped can be stopped while a charge may come; the messenger takes it up again only in paid time.
        """
        if wish is RenewalWish.STOP:
            return self.state is not RecurrenceState.CANCELED and not self.is_over(now)
        return self.state is RecurrenceState.CANCELED and self.charged_at is not None and now < self.charged_at + PERIOD

    def is_over(self, now: datetime) -> bool:
        """Whether it was never charged, or so long ago that the messenger has given up."""
        return self.charged_at is None or now >= self.charged_at + _OPEN_UNTIL

    def ask(self, wish: RenewalWish) -> Self:
        """*wish* is what the messenger is asked for now."""
        return replace(self, wish=wish)

    def answer(self, wish: RenewalWish, now: datetime, *, is_done: bool) -> Self:
        """The messenger has answered *wish*. Another one that was made meanwhile still waits.

        Stopped is stopped. Allowed is only allowed: it renews when the customer says so to the messenger.
        """
        stands = self.turn(RecurrenceState.CANCELED, now) if is_done and wish is RenewalWish.STOP else self
        return replace(stands, wish=None) if stands.wish is wish else stands

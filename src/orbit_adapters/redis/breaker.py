"""When to stop asking somebody who doesn't answer.

Ours rather than purgatory's: that one reads the machine's clock by itself, where tests and the sandbox need to
move time; and once its pause is over it lets everybody through, where exactly one probe should go ahead.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class BreakerPolicy:
    """After *failures* in a row nobody is let through for *pause*; then a single probe decides."""

    failures: int = 3
    pause: timedelta = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Ticket:
    """Leave to try once. What becomes of an attempt of an earlier *era* says nothing about the present one."""

    era: int


class Breaker:
    """Closed, open, or open with one probe on its way. Every ticket must be handed back, one way or another."""

    def __init__(self, policy: BreakerPolicy) -> None:
        self.policy = policy
        self._era = 0
        self._failures = 0
        self._opened_at: datetime | None = None
        self._probing = False

    @property
    def is_open(self) -> bool:
        """Whether it has stopped trusting; a probe that is on its way changes nothing yet."""
        return self._opened_at is not None

    def enter(self, now: datetime) -> Ticket | None:
        """Leave to try, or None."""
        if self._opened_at is not None:
            # A clock that was set back must not keep it open for long.
            resting = self._opened_at <= now < self._opened_at + self.policy.pause
            if resting or self._probing:
                return None
            self._probing = True
        return Ticket(self._era)

    def succeeded(self, ticket: Ticket) -> bool:
        """It worked. True when this closed the breaker."""
        if ticket.era != self._era:
            return False
        healed = self.is_open
        self._failures = 0
        if healed:
            self._turn(None)
        return healed

    def failed(self, ticket: Ticket, now: datetime) -> bool:
        """It didn't work. True when this opened a closed breaker: a failed probe only prolongs the pause."""
        if ticket.era != self._era:
            return False
        was_open = self.is_open
        self._failures += 1
        if was_open or self._failures >= self.policy.failures:
            self._turn(now)
        return self.is_open and not was_open

    def abandoned(self, ticket: Ticket) -> None:
        """Nobody waited for the outcome; if it was the probe, the next one may be tried."""
        if ticket.era == self._era:
            self._probing = False

    def _turn(self, opened_at: datetime | None) -> None:
        self._opened_at = opened_at
        self._era += 1
        self._failures = 0
        self._probing = False

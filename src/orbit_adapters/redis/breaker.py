"""A circuit breaker: when to stop calling a service that doesn't answer.

It takes the time as an argument, because tests and the sandbox set the clock; and after the pause it lets exactly
one probe through.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class BreakerPolicy:
    """After *failures* in a row no call is permitted for *pause*; then a single probe decides."""

    failures: int = 3
    pause: timedelta = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Permit:
    """Permission for one call. The outcome of a call of an earlier *generation* is ignored."""

    generation: int


class CircuitBreaker:
    """Closed, open, or half-open with one probe running. Every permit must be returned: success, failure or release."""

    def __init__(self, policy: BreakerPolicy) -> None:
        self.policy = policy
        self._permit = Permit(0)
        self._failures = 0
        self._opened_at: datetime | None = None
        self._probing = False

    @property
    def is_open(self) -> bool:
        """Whether calls are refused; a running probe doesn't change that yet."""
        return self._opened_at is not None

    def try_acquire(self, now: datetime) -> Permit | None:
        """A permit for one call, or None."""
        if self._opened_at is not None:
            # A clock that was set back must not keep it open for long.
            is_paused = self._opened_at <= now < self._opened_at + self.policy.pause
            if is_paused or self._probing:
                return None
            self._probing = True
        return self._permit

    def record_success(self, permit: Permit) -> bool:
        """The call succeeded. True when this closed the breaker."""
        if permit is not self._permit:
            return False
        was_open = self.is_open
        self._failures = 0
        if was_open:
            self._reset(None)
        return was_open

    def record_failure(self, permit: Permit, now: datetime) -> bool:
        """The call failed. True when this opened a closed breaker: a failed probe only prolongs the pause."""
        if permit is not self._permit:
            return False
        was_open = self.is_open
        self._failures += 1
        if was_open or self._failures >= self.policy.failures:
            self._reset(now)
        return self.is_open and not was_open

    def release(self, permit: Permit) -> None:
        """The caller was cancelled, so the outcome is unknown; if it was the probe, the next one may start."""
        if permit is self._permit:
            self._probing = False

    def _reset(self, opened_at: datetime | None) -> None:
        self._opened_at = opened_at
        self._permit = Permit(self._permit.generation + 1)
        self._failures = 0
        self._probing = False

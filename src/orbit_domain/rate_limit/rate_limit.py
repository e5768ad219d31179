"""The limit itself: a bucket of requests that fills up again steadily (the generic cell rate algorithm)."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Allowed:
    """Let it in."""


@dataclass(frozen=True, slots=True)
class Banned:
    """Leave it unanswered until *until*. *first* is true once a ban: then the user is notified."""

    until: datetime
    first: bool


Verdict = Allowed | Banned


@dataclass(frozen=True, slots=True)
class RateLimitPolicy:
    """*requests* at once, and as many again in each *window*; a user who sends more waits for *ban*.

    A steady reader, one tap every `window / requests`, is never stopped; a script is, after *requests* taps.
    """

    requests: int = 20
    window: timedelta = timedelta(seconds=60)
    ban: timedelta = timedelta(seconds=300)

    def __post_init__(self) -> None:
        if self.requests < 1:
            raise ValueError(f"at least one request must be allowed, got {self.requests}")
        if self.interval <= timedelta(0) or self.ban <= timedelta(0):
            raise ValueError("the window must hold a microsecond for each request, and the ban must last")

    @property
    def interval(self) -> timedelta:
        """How long one request stays in the bucket, in whole microseconds."""
        return self.window // self.requests

    @property
    def depth(self) -> timedelta:
        """How long a full bucket takes to empty."""
        return self.interval * self.requests


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of one user: when the bucket is empty again, and until when the ban lasts."""

    empty_at: datetime
    banned_until: datetime | None = None


def judge(record: Record | None, now: datetime, policy: RateLimitPolicy) -> tuple[Record, Verdict]:
    """Judge one more request at *now*: the new record, and whether the request is let in.

    Requests during a ban don't lengthen it, and count for nothing: the bucket empties meanwhile. A record that can't be
    (the clock was set back, or the policy made milder) counts as none, so that no user is locked out by it.
    """
    if record is None or _impossible(record, now, policy):
        record = Record(now)
    if record.banned_until is not None and now < record.banned_until:
        return record, Banned(record.banned_until, first=False)
    level = max(record.empty_at, now)
    if level + policy.interval - now <= policy.depth:
        return Record(level + policy.interval), Allowed()
    until = now + policy.ban
    return Record(level, until), Banned(until, first=True)


def _impossible(record: Record, now: datetime, policy: RateLimitPolicy) -> bool:
    too_long = record.banned_until is not None and record.banned_until - now > policy.ban
    return too_long or record.empty_at - now > policy.depth

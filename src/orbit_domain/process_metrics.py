"""What one process has counted since it began, as data, and its port. Other processes have figures of their own."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ProcessMetrics:
    """Requests are what people send the bot: messages, taps, payments.

    *limited* were too many of one person, *malformed* made no sense, *postponed* come again because the database
    didn't answer. *average_ms* is of all that have ended; ninety-five of a hundred took *most_ms* at most, or, if it is
    None, longer than is measured. A process without a cache has neither hits nor misses.
    """

    uptime: timedelta
    succeeded: int = 0
    failed: int = 0
    limited: int = 0
    malformed: int = 0
    postponed: int = 0
    average_ms: int = 0
    most_ms: int | None = 0
    cache_hits: int = 0
    cache_misses: int = 0

    @property
    def requests(self) -> int:
        """All of them."""
        return self.succeeded + self.failed + self.limited + self.malformed + self.postponed

    @property
    def per_hour(self) -> int:
        """How many came an hour, over the whole uptime; of the first hour, as many as have come."""
        seconds = max(3_600, self.uptime // timedelta(seconds=1))
        return self.requests * 3_600 // seconds

    @property
    def succeeded_permille(self) -> int | None:
        """How many of a thousand succeeded, rounded down; None before the first."""
        return self.succeeded * 1_000 // self.requests if self.requests else None

    @property
    def hit_permille(self) -> int | None:
        """How many of a thousand reads the cache answered, rounded down; None before the first."""
        reads = self.cache_hits + self.cache_misses
        return self.cache_hits * 1_000 // reads if reads else None


class MetricsReader(Protocol):
    """Knows what this process has counted."""

    def read(self) -> ProcessMetrics:
        """As it is now. It is quick, and asks nobody."""

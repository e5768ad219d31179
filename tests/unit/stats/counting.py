"""A reader that counts how often it is asked, and a clock that stands still until it is moved."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from orbit_domain.money import rub
from orbit_domain.stats import KeyStats, PaymentStats, Revenue, Stats, UserStats

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
NOTHING = Revenue(0, rub(0))
EMPTY = Stats(
    NOON,
    UserStats(0, 0, 0, 0, 0, 0, 0),
    PaymentStats(NOTHING, NOTHING, NOTHING, NOTHING, 0, 0, {}),
    KeyStats(0, 0, 0, {}),
)


class FakeClock:
    """Moves only by hand."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        return self.at

    def move(self, seconds: int) -> None:
        self.at += timedelta(seconds=seconds)


class CountingReader:
    """Answers with how often it was asked, as the number of users. While `rate_limiter` is closed it takes its time."""

    def __init__(self) -> None:
        self.asked = 0
        self.trouble: Exception | None = None
        self.rate_limiter = asyncio.Event()
        self.rate_limiter.set()

    async def read(self, now: datetime) -> Stats:
        self.asked += 1
        number = self.asked
        await self.rate_limiter.wait()
        if self.trouble is not None:
            raise self.trouble
        return replace(EMPTY, at=now, users=replace(EMPTY.users, total=number))

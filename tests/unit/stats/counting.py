"""A reader of statistics that counts its calls."""

import asyncio
from dataclasses import replace
from datetime import datetime

from orbit_domain.money import rub
from orbit_domain.stats import KeyStats, PaymentStats, Revenue, Stats, UserStats
from tests.support.clock import NOON

NOTHING = Revenue(0, rub(0))
EMPTY = Stats(
    NOON,
    UserStats(0, 0, 0, 0, 0, 0, 0),
    PaymentStats(NOTHING, NOTHING, NOTHING, NOTHING, 0, 0, {}),
    KeyStats(0, 0, 0, {}),
)


class CountingReader:
    """Returns the number of calls as the number of users. While `gate` is cleared its calls wait."""

    def __init__(self) -> None:
        self.calls = 0
        self.error: Exception | None = None
        self.gate = asyncio.Event()
        self.gate.set()

    async def read(self, now: datetime) -> Stats:
        self.calls += 1
        number = self.calls
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        return replace(EMPTY, at=now, users=replace(EMPTY.users, total=number))

"""The clock of the tests: it stands still until a test advances it."""

from datetime import UTC, datetime, timedelta

from orbit_sandbox.clock import SandboxClock

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class FakeClock:
    """A `Clock` that stands still until a test advances it or code under test sleeps on it."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def advance(self, **by: float) -> None:
        """Move the clock by the arguments of a `timedelta`, as in `advance(minutes=16)`."""
        self.at += timedelta(**by)

    async def sleep(self, seconds: float) -> None:
        """Advance by *seconds* without waiting: stands in for `asyncio.sleep`."""
        self.advance(seconds=seconds)


class StillSandboxClock(SandboxClock):
    """The sandbox's clock over the clock of the tests: it moves when either of them is advanced."""

    def __init__(self, clock: FakeClock | None = None) -> None:
        super().__init__()
        self._clock = clock or FakeClock()

    def now(self) -> datetime:
        return self._clock.now() + self.offset

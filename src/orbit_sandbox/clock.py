"""The machine's clock with an adjustable offset."""

from datetime import UTC, datetime, timedelta


class SandboxClock:
    """The machine's time plus an offset that only grows: days can pass in a second."""

    def __init__(self, offset: timedelta = timedelta(0)) -> None:
        self.offset = offset

    def now(self) -> datetime:
        """The sandbox's current time, aware and in UTC."""
        return datetime.now(UTC) + self.offset

    def advance(self, by: timedelta) -> datetime:
        """Move the clock *by* and return the new time. Time never runs backwards."""
        if by < timedelta(0):
            raise ValueError("the sandbox clock only moves forward")
        self.offset += by
        return self.now()

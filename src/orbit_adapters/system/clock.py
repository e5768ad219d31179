"""The system clock."""

from datetime import UTC, datetime


class SystemClock:
    """The port `Clock` on the system time."""

    def now(self) -> datetime:
        """The present moment, aware and in UTC."""
        return datetime.now(UTC)

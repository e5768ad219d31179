"""Send the notices that are due."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from orbit_domain.clock import Clock
from orbit_domain.notice.notice import PeriodEnding
from orbit_domain.notice.ports import Notifier, RetryLater, Unreachable
from orbit_domain.notice.repository import OutboxMessage
from orbit_domain.storage import Storage, retry_on_busy
from orbit_domain.subscription.reminders import Reminder, due
from orbit_domain.subscription.repository import Customer

UNTIL_STARTED = timedelta(minutes=1)
"""How soon it is tried again to reach a person who hasn't started the bot: an owner, most likely."""

_AFTER_A_FAULT = timedelta(hours=1)
_PATIENCE = 100
"""After so many attempts a notice loses its place: an error of its own must not silence a person for ever."""


@dataclass(frozen=True, slots=True)
class DeliverNotices:
    """Claim what is due, send it, record it. A crash in between sends it again; no notice is lost.

    Notices are claimed one at a time, so the lease outlives the longest call of the notifier, and what becomes due
    during a run is sent in its order of urgency.
    """

    storage: Storage
    clock: Clock
    notifier: Notifier
    batch: int = 20
    lease: timedelta = timedelta(seconds=120)

    async def __call__(self) -> int:
        """How many notices were handled. One that fails unexpectedly is an error at the end of the run."""
        unexpected: Exception | None = None
        for handled in range(self.batch):
            message = await self._claim()
            if message is None:
                break
            try:
                await self._deliver(message)
            except Exception as error:  # One notice that fails unexpectedly doesn't hold up the others.
                unexpected = error
        else:
            handled = self.batch
        if unexpected is not None:
            raise unexpected
        return handled

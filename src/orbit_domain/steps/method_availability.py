"""Whether a payment method is scanned often enough to be offered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from orbit_domain.payment.payment import Method
from orbit_domain.storage import Transaction


@dataclass(frozen=True, slots=True)
class MethodAvailability:
    """A method that depends on a scanner is offered only while the scanner keeps up.

    `sources` names the source of each such method. Before its first scan, or when its watermark
    is older than `stale_after`, money sent would be credited late, so the method isn't offered.
    """

    sources: Mapping[Method, str]
    stale_after: timedelta = timedelta(minutes=10)

    async def is_available(self, tx: Transaction, method: Method, now: datetime) -> bool:
        """Whether *method* may be offered at *now*. A method that needs no scanner always may."""
        source = self.sources.get(method)
        if source is None:
            return True
        cursor = await tx.cursors.get(source)
        return cursor is not None and cursor.watermark is not None and now - cursor.watermark <= self.stale_after

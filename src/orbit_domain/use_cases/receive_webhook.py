"""Store what a payment provider's webhook says."""

from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.payment.inbox import InboxEntry
from orbit_domain.payment.webhook import WebhookEvent
from orbit_domain.storage import Storage


@dataclass(frozen=True, slots=True)
class ReceiveWebhook:
    """Store the event raw; the provider may be answered afterwards only. Nothing is booked from it.

    Returns whether it is new: the same one again changes nothing.
    """

    storage: Storage
    clock: Clock

    async def __call__(self, event: WebhookEvent) -> bool:
        async with self.storage.transaction() as tx:
            entry = InboxEntry(event.source, event.external_id, event.payload, self.clock.now())
            return await tx.inbox.add(entry)

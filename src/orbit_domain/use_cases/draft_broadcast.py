"""An admin writes a message to many customers."""

from dataclasses import dataclass

from orbit_domain.broadcast.broadcast import Broadcast, Segment, checked_text
from orbit_domain.clock import Clock
from orbit_domain.ids import BroadcastId, Ids, TelegramId
from orbit_domain.steps.require_permission import StaffMember, require_permission
from orbit_domain.storage import Storage
from orbit_domain.user.permission import Permission


@dataclass(frozen=True, slots=True)
class DraftBroadcast:
    """Record the text for one segment. Nobody gets it before it is started. Raises NotPermitted, NotABroadcast."""

    storage: Storage
    clock: Clock
    ids: Ids
    owner: TelegramId | None

    async def __call__(self, admin_id: TelegramId, html: str, segment: Segment) -> Broadcast:
        now = self.clock.now()
        async with self.storage.transaction() as tx:
            await require_permission(tx, StaffMember(admin_id, self.owner), Permission.SEND_BROADCASTS)
            draft = Broadcast(
                id=BroadcastId(self.ids.uuid()),
                author=admin_id,
                html=checked_text(html),
                segment=segment,
                recipients=await tx.broadcasts.count(segment, now),
                created_at=now,
            )
            await tx.broadcasts.add(draft)
        return draft

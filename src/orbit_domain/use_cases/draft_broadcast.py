"""An admin writes a message to many customers."""

from dataclasses import dataclass

from orbit_domain.broadcast.audience import Audience
from orbit_domain.broadcast.broadcast import Broadcast
from orbit_domain.broadcast.content import checked_text
from orbit_domain.clock import Clock
from orbit_domain.ids import BroadcastId, Ids, TelegramId
from orbit_domain.steps.require_permission import StaffMember, require_permission
from orbit_domain.storage import Storage
from orbit_domain.user.permission import Permission


@dataclass(frozen=True, slots=True)
class DraftBroadcast:
    """Record text and picture for one audience. Nobody gets it before it is previewed and started.

    Raises NotPermitted, NotABroadcast.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    owner: TelegramId | None

    async def __call__(self, admin_id: TelegramId, html: str, audience: Audience, picture: str = "") -> Broadcast:
        now = self.clock.now()
        async with self.storage.transaction() as tx:
            await require_permission(tx, StaffMember(admin_id, self.owner), Permission.SEND_BROADCASTS)
            draft = Broadcast(
                id=BroadcastId(self.ids.uuid()),
                author=admin_id,
                html=checked_text(html, has_picture=bool(picture)),
                audience=audience,
                recipients=await tx.broadcasts.count(audience, now),
                created_at=now,
                picture=picture,
            )
            await tx.broadcasts.add(draft)
        return draft

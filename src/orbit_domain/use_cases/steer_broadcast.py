"""An admin starts, pauses, resumes or stops a broadcast."""

from dataclasses import dataclass

from orbit_domain.broadcast.broadcast import Broadcast, BroadcastAction, broadcast_subject
from orbit_domain.clock import Clock
from orbit_domain.ids import BroadcastId, Ids, TelegramId
from orbit_domain.steps.require_permission import StaffMember, require_permission
from orbit_domain.storage import AdminAction, Storage, telegram_actor
from orbit_domain.user.permission import Permission


@dataclass(frozen=True, slots=True)
class SteerBroadcast:
    """Change its state, and record who did. Raises NotPermitted, NoSuchBroadcast, BroadcastNotSteered,
    BroadcastNotPreviewed.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    owner: TelegramId | None

    async def __call__(self, admin_id: TelegramId, broadcast_id: BroadcastId, action: BroadcastAction) -> Broadcast:
        now = self.clock.now()
        async with self.storage.transaction() as tx:
            await require_permission(tx, StaffMember(admin_id, self.owner), Permission.SEND_BROADCASTS)
            broadcast = (await tx.broadcasts.lock(broadcast_id)).steer(action, now)
            await tx.broadcasts.save(broadcast)
            actor, subject = telegram_actor(admin_id), broadcast_subject(broadcast_id)
            reason = f"{broadcast.audience.segment}: {broadcast.recipients}"
            await tx.admin_log.add(AdminAction(self.ids.uuid(), actor, f"{action}_broadcast", subject, reason, now))
        return broadcast

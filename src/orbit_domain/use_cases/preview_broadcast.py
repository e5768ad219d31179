"""An admin sees a broadcast as everybody will, before anybody does."""

from dataclasses import dataclass, replace

from orbit_domain.broadcast.broadcast import NoSuchBroadcast
from orbit_domain.errors import Refusal
from orbit_domain.ids import BroadcastId, TelegramId
from orbit_domain.notice.ports import Notifier, NotifierError, RetryLater
from orbit_domain.steps.announcement_of import announcement_of
from orbit_domain.steps.require_permission import StaffMember, require_permission
from orbit_domain.storage import Storage
from orbit_domain.user.permission import Permission


@dataclass(eq=False)
class PreviewFailed(Refusal):
    """The message didn't reach its author. *is_refused*: Telegram will never take it as it is; *reason* says why."""

    reason: str
    is_refused: bool


@dataclass(frozen=True, slots=True)
class PreviewBroadcast:
    """Send the message to the admin alone, as the outbox will to all. What Telegram has taken may be started.

    Raises NotPermitted, NoSuchBroadcast, PreviewFailed.
    """

    storage: Storage
    notifier: Notifier
    owner: TelegramId | None

    async def __call__(self, admin_id: TelegramId, broadcast_id: BroadcastId) -> None:
        async with self.storage.transaction() as tx:
            admin = await require_permission(tx, StaffMember(admin_id, self.owner), Permission.SEND_BROADCASTS)
            shown = await tx.broadcasts.get(broadcast_id)
        if shown is None:
            raise NoSuchBroadcast(broadcast_id)
        try:
            await self.notifier.send(admin_id, admin.language, announcement_of(shown))
        except NotifierError as error:
            is_refused = isinstance(error, RetryLater) and not error.keeps_place
            reason = error.reason if isinstance(error, RetryLater) else str(error)
            raise PreviewFailed(reason, is_refused) from error
        async with self.storage.transaction() as tx:
            broadcast = await tx.broadcasts.lock(broadcast_id)
            # Another admin may have changed the buttons meanwhile: those weren't shown.
            if broadcast.says_the_same(shown):
                await tx.broadcasts.save(replace(broadcast, is_previewed=True))

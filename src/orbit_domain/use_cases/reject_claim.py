"""An admin rejects what a customer claims."""

from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.ids import ClaimId, Ids, TelegramId
from orbit_domain.notice.claim_notices import ClaimRejected
from orbit_domain.payment.claim import ClaimState, ReceiptClaim
from orbit_domain.steps.notify import notify
from orbit_domain.steps.require_admin import require_admin
from orbit_domain.storage import AdminAction, Storage, subject_of, telegram_actor
from orbit_domain.user.user import User


@dataclass(frozen=True, slots=True)
class Rejection:
    """A claim that an admin rejected."""

    admin: User
    claim: ReceiptClaim


@dataclass(frozen=True, slots=True)
class RejectClaim:
    """Reject an open claim, once, with an audit row, and tell the customer. The money stays where it is.

    Raises AdminsOnly, NoSuchUser, NoSuchClaim, ClaimDecided.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    owner: TelegramId | None

    async def __call__(self, admin_id: TelegramId, claim_id: ClaimId) -> Rejection:
        now = self.clock.now()
        async with self.storage.transaction() as tx:
            admin = await require_admin(tx, admin_id, self.owner)
            claim = (await tx.receipt_claims.lock(claim_id)).decide(ClaimState.REJECTED)
            await tx.receipt_claims.save(claim)
            actor, subject = telegram_actor(admin_id), subject_of(claim.tg_id)
            await tx.admin_log.add(AdminAction(self.ids.uuid(), actor, "reject_claim", subject, claim.typed, now))
            await notify(tx, self.ids, claim.tg_id, ClaimRejected(claim.id, claim.typed), now)
        return Rejection(admin, claim)

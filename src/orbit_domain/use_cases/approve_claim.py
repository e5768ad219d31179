"""An admin gives the money that a customer claims to that customer."""

from dataclasses import dataclass

from orbit_domain.ids import ClaimId, TelegramId
from orbit_domain.money import Money
from orbit_domain.payment.claim import AssignmentProblem, ClaimDecided, ClaimNotAssigned, NoSuchClaim, ReceiptClaim
from orbit_domain.payment.ports import RateUnavailable
from orbit_domain.steps.require_admin import require_admin
from orbit_domain.storage import Storage, telegram_actor
from orbit_domain.use_cases.assign_receipt import AmountTooSmall, AssignReceipt, ReceiptAlreadyAssigned
from orbit_domain.user.user import User


@dataclass(frozen=True, slots=True)
class Assignment:
    """Money that an admin gave to a customer."""

    admin: User
    customer: User
    credited: Money


@dataclass(frozen=True, slots=True)
class ApproveClaim:
    """Assign the receipt of an open claim to its customer, once. `owner` is the owner by the settings.

    Raises AdminsOnly, NoSuchUser, NoSuchClaim, ClaimDecided, ClaimNotAssigned.
    """

    storage: Storage
    assign_receipt: AssignReceipt
    owner: TelegramId | None

    async def __call__(self, admin_id: TelegramId, claim_id: ClaimId) -> Assignment:
        async with self.storage.transaction() as tx:
            admin = await require_admin(tx, admin_id, self.owner)
            claim = await tx.receipt_claims.get(claim_id)
            customer = await tx.users.get(claim.tg_id) if claim is not None else None
        if claim is None or customer is None:
            raise NoSuchClaim(claim_id)
        if not claim.is_open:
            raise ClaimDecided(claim_id, claim.state)
        return Assignment(admin, customer, await self._assign(claim, admin_id))

    async def _assign(self, claim: ReceiptClaim, admin_id: TelegramId) -> Money:
        if claim.external_id is None:
            raise ClaimNotAssigned(claim.id, AssignmentProblem.NOT_ARRIVED)
        actor, reason = telegram_actor(admin_id), f"claimed: {claim.typed}"
        try:
            return await self.assign_receipt(claim.source, claim.external_id, claim.tg_id, actor, reason, claim.id)
        except ReceiptAlreadyAssigned as error:
            raise ClaimNotAssigned(claim.id, AssignmentProblem.TAKEN) from error
        except AmountTooSmall as error:
            raise ClaimNotAssigned(claim.id, AssignmentProblem.TOO_SMALL) from error
        except RateUnavailable as error:
            raise ClaimNotAssigned(claim.id, AssignmentProblem.NO_RATE) from error

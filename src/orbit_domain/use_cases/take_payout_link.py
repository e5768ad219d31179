"""The owner takes the link that sends money back to where its customer wants it."""

from dataclasses import dataclass

from orbit_domain.ids import PaymentId, TelegramId
from orbit_domain.payment.payout_address import AddressLine, AddressNotTaken, AddressProblem, AddressStep, giver_of
from orbit_domain.steps.require_admin import require_admin
from orbit_domain.storage import Storage, telegram_actor
from orbit_domain.use_cases.request_payout import AskedPayout, PayoutWish, RequestPayout
from orbit_domain.user.user import User


@dataclass(frozen=True, slots=True)
class PayoutLink:
    """For *admin*: what to send, and the customer's line that says where; None: the owner has typed the address."""

    admin: User
    asked: AskedPayout
    given: AddressLine | None


@dataclass(frozen=True, slots=True)
class TakePayoutLink:
    """Request the payout as `RequestPayout` does; the same tap again shows the same link.

    Raises AdminsOnly, NoSuchUser, AddressNotTaken, and what `RequestPayout` does.
    """

    storage: Storage
    owner: TelegramId | None
    request_payout: RequestPayout

    async def __call__(self, admin_id: TelegramId, payment_id: PaymentId) -> PayoutLink:
        async with self.storage.transaction() as tx:
            admin = await require_admin(tx, admin_id, self.owner)
            lines = await tx.payout_addresses.of_payment(payment_id)
            is_live = await tx.payouts.live_of_payment(payment_id) is not None
        newest = lines[-1] if lines else None
        # What was taken for a payout that came to nothing is asked for anew.
        if newest is None or not (newest.step is AddressStep.GIVEN or (newest.step is AddressStep.TAKEN and is_live)):
            raise AddressNotTaken(payment_id, AddressProblem.NOT_GIVEN)
        reason = next(line.reason for line in reversed(lines) if line.step is AddressStep.ASKED)
        wish = PayoutWish(payment_id, newest.destination, newest.memo, newest.number)
        asked = await self.request_payout(wish, telegram_actor(admin_id), reason)
        return PayoutLink(admin, asked, giver_of(lines, asked.payout))

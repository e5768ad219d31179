"""A customer confirms where money is to go back."""

from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, PaymentId, TelegramId
from orbit_domain.notice.payout_notices import PayoutAddressGiven
from orbit_domain.payment.payout_address import (
    MAX_LINES,
    AddressLine,
    AddressNotTaken,
    AddressProblem,
    AddressStamp,
    AddressStep,
)
from orbit_domain.steps.notify import notify
from orbit_domain.steps.payout_question import open_question
from orbit_domain.storage import Storage, telegram_actor
from orbit_domain.use_cases.check_payout_address import CheckedAddress, CheckPayoutAddress


@dataclass(frozen=True, slots=True)
class GivePayoutAddress:
    """Record what was typed, if it is what the button that was tapped has shown, and tell the owner.

    It may be given anew until the owner is shown the link; the same again changes nothing. Raises AddressNotTaken, and
    what `CheckPayoutAddress` does.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    owner: TelegramId | None
    check: CheckPayoutAddress

    async def __call__(
        self, tg_id: TelegramId, payment_id: PaymentId, typed: str, stamp: AddressStamp
    ) -> CheckedAddress:
        checked = await self.check(tg_id, payment_id, typed)
        if checked.stamp != stamp:
            raise AddressNotTaken(payment_id, AddressProblem.NOT_SHOWN)
        async with self.storage.transaction() as tx:
            await tx.users.lock(tg_id)
            newest = (await open_question(tx, tg_id, payment_id)).lines[-1]
            if (newest.destination, newest.memo) == (checked.destination, checked.memo):
                return checked
            if newest.number >= MAX_LINES:
                raise AddressNotTaken(payment_id, AddressProblem.TOO_OFTEN)
            now, number = self.clock.now(), newest.number + 1
            given = AddressStep.GIVEN
            await tx.payout_addresses.add(
                AddressLine(
                    payment_id, number, tg_id, given, telegram_actor(tg_id), now, checked.destination, checked.memo
                )
            )
            if self.owner is not None:
                asset, units = checked.amount.currency.code, checked.amount.units
                notice = PayoutAddressGiven(payment_id, number, tg_id, asset, units, checked.address, checked.memo)
                await notify(tx, self.ids, self.owner, notice, now)
        return checked

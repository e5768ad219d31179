"""The payouts that wait for the owner's transfer."""

from dataclasses import dataclass

from orbit_domain.payment.payout import Payout, PayoutGateway
from orbit_domain.payment.payout_address import AddressLine, giver_of
from orbit_domain.payment.ports import Gateways, MethodUnavailable, Transfer
from orbit_domain.storage import Storage


@dataclass(frozen=True, slots=True)
class WaitingPayout:
    """A payout, and what to send for it; None while its method is switched off.

    `given` is the customer's line that says where; None: whoever requested the payout has typed the address.
    """

    payout: Payout
    transfer: Transfer | None
    given: AddressLine | None = None


@dataclass(frozen=True, slots=True)
class ListPayouts:
    """Read them, oldest first."""

    storage: Storage
    gateways: Gateways

    async def __call__(self, limit: int = 100) -> tuple[WaitingPayout, ...]:
        async with self.storage.transaction() as tx:
            waiting = await tx.payouts.waiting(limit)
            said = [await tx.payout_addresses.of_payment(payout.payment_id) for payout in waiting]
        return tuple(
            WaitingPayout(payout, self._transfer(payout), giver_of(lines, payout))
            for payout, lines in zip(waiting, said, strict=True)
        )

    def _transfer(self, payout: Payout) -> Transfer | None:
        try:
            gateway = self.gateways.get(payout.method)
        except MethodUnavailable:
            return None
        return gateway.ask_for(payout) if isinstance(gateway, PayoutGateway) else None

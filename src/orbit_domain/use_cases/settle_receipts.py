"""Give everybody what arrived for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from orbit_domain.clock import Clock
from orbit_domain.payment.payment import Payment, PaymentPolicy
from orbit_domain.payment.ports import Rates, RateUnavailable
from orbit_domain.payment.receipt import Receipt
from orbit_domain.payment.settlement import is_honoured
from orbit_domain.payment.transfer import Transfer
from orbit_domain.storage import Storage
from orbit_domain.use_cases.settling import Settling


@dataclass(frozen=True, slots=True)
class SettleReceipts:
    """Settle the payments of deposits that wait. What has no acceptable rate yet waits for the next turn."""

    storage: Storage
    clock: Clock
    rates: Rates
    policy: PaymentPolicy
    settling: Settling
    source: str
    batch: int = 100

    async def __call__(self) -> int:
        """How many deposits were settled."""
        async with self.storage.transaction() as tx:
            waiting = await tx.transfers.unprocessed(self.batch)
        settled = 0
        for transfer in waiting:
            settled += await self._settle(transfer)
        return settled

    async def _settle(self, transfer: Transfer) -> bool:
        payment, foreign = await self._unquoted(transfer)
        if payment is None:
            return False
        try:
            rates = await self._rates(payment, foreign)
        except RateUnavailable:
            return False
        now = self.clock.now()
        async with self.storage.transaction() as tx:
            cursor = await tx.cursors.get(self.source)
            watermark = cursor.watermark if cursor else None
            await self.settling.settle(tx, payment.id, now, watermark, rates)
            await tx.transfers.mark_processed(transfer, now)
        return True

    async def _unquoted(self, transfer: Transfer) -> tuple[Payment | None, tuple[Receipt, ...]]:
        """The payment of the deposit, and its receipts that the locked quote doesn't cover."""
        async with self.storage.transaction() as tx:
            receipt = await tx.receipts.get(self.source, str(transfer.lt))
            if receipt is None or receipt.payment_id is None:
                return None, ()
            payment = await tx.payments.get(receipt.payment_id)
            receipts = await tx.receipts.of_payment(receipt.payment_id)
        if payment is None:
            return None, ()
        return payment, tuple(one for one in receipts if not is_honoured(payment, one, self.policy))

    async def _rates(self, payment: Payment, foreign: tuple[Receipt, ...]) -> Mapping[str, Fraction]:
        base = payment.amount.currency
        return {one.ref: (await self.rates.rate(one.amount.currency, base)).value for one in foreign}

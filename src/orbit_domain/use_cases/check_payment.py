"""A customer taps "I have paid": look now instead of at the next interval."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, PaymentId, TelegramId
from orbit_domain.payment.claim import TransferNames
from orbit_domain.payment.payment import Payment
from orbit_domain.payment.ports import Gateways, GatewayUnavailable, MethodUnavailable
from orbit_domain.payment.repository import DigestConflict
from orbit_domain.payment.source import SourceUnavailable
from orbit_domain.steps.book_receipt import UnmatchedAlert, book_records
from orbit_domain.storage import Storage
from orbit_domain.use_cases.read_receipts import ReadReceipts
from orbit_domain.use_cases.settle_receipts import SettleReceipts
from orbit_domain.use_cases.show_payment import PaymentView, ShowPayment

READ_LIMIT_S = 8


@dataclass(slots=True)
class CheckPayment:
    """Read and settle, then show the payment. The tap itself proves nothing. Raises NoSuchPayment.

    Taps at once share a reading: each waits for one that began after it.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    gateways: Gateways
    read_receipts: ReadReceipts
    settle_receipts: SettleReceipts
    show_payment: ShowPayment
    transfer_names: TransferNames
    owner: TelegramId | None
    _begun: int = field(default=0, init=False, repr=False)
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock, init=False, repr=False)

    async def __call__(self, tg_id: TelegramId, payment_id: PaymentId) -> PaymentView:
        view = await self.show_payment(tg_id, payment_id)  # Another user's payment is refused before any work.
        await self._look_up(view.payment)
        begun = self._begun
        async with self._reading:
            if self._begun == begun:
                self._begun += 1
                await self._read_and_settle()
        return await self.show_payment(tg_id, payment_id)

    async def _look_up(self, payment: Payment) -> None:
        """Book what the provider says of this one payment; its source would say the same later."""
        # Of records that contradict each other the source raises the alarm, when the job reads it.
        with suppress(GatewayUnavailable, MethodUnavailable, TimeoutError, DigestConflict):
            async with asyncio.timeout(READ_LIMIT_S):
                records = await self.gateways.get(payment.method).look_up(payment)
            if records:
                async with self.storage.transaction() as tx:
                    alert = UnmatchedAlert(self.ids, self.owner, 0, self.transfer_names)
                    await book_records(tx, records, payment.method, alert, self.clock.now())

    async def _read_and_settle(self) -> None:
        with suppress(SourceUnavailable, TimeoutError):  # The job reads again soon.
            async with asyncio.timeout(READ_LIMIT_S):
                await self.read_receipts()
        # A payment that fails is another customer's more often than not; the job meets it again and reports it.
        await self.settle_receipts.settle_due()

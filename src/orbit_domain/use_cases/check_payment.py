"""A customer taps "I have paid": scan now instead of at the next interval."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

from orbit_domain.ids import PaymentId, TelegramId
from orbit_domain.payment.ports import ChainUnavailable
from orbit_domain.use_cases.scan_transfers import ScanTransfers
from orbit_domain.use_cases.settle_receipts import SettleReceipts
from orbit_domain.use_cases.show_payment import PaymentView, ShowPayment

SCAN_LIMIT_S = 8


@dataclass(slots=True)
class CheckPayment:
    """Scan and settle, then show the payment. The tap itself proves nothing. Raises NoSuchPayment.

    Taps at once share a scan: each waits for one that began after it.
    """

    scan_transfers: ScanTransfers
    settle_receipts: SettleReceipts
    show_payment: ShowPayment
    _begun: int = field(default=0, init=False, repr=False)
    _scanning: asyncio.Lock = field(default_factory=asyncio.Lock, init=False, repr=False)

    async def __call__(self, tg_id: TelegramId, payment_id: PaymentId) -> PaymentView:
        await self.show_payment(tg_id, payment_id)  # Another user's payment is refused before any work.
        begun = self._begun
        async with self._scanning:
            if self._begun == begun:
                self._begun += 1
                await self._scan_and_settle()
        return await self.show_payment(tg_id, payment_id)

    async def _scan_and_settle(self) -> None:
        with suppress(ChainUnavailable, TimeoutError):  # The job scans again soon.
            async with asyncio.timeout(SCAN_LIMIT_S):
                await self.scan_transfers()
        # A payment that fails is another customer's more often than not; the job meets it again and reports it.
        await self.settle_receipts.settle_due()

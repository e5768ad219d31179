"""A customer taps "I have paid": scan now instead of at the next interval."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from orbit_domain.ids import PaymentId, TelegramId
from orbit_domain.payment.ports import ChainUnavailable
from orbit_domain.use_cases.scan_transfers import ScanTransfers
from orbit_domain.use_cases.settle_receipts import SettleReceipts
from orbit_domain.use_cases.show_payment import PaymentView, ShowPayment

SCAN_LIMIT_S = 8


@dataclass(frozen=True, slots=True)
class CheckPayment:
    """Scan and settle, then show the payment. The tap itself proves nothing. Raises NoSuchPayment."""

    scan_transfers: ScanTransfers
    settle_receipts: SettleReceipts
    show_payment: ShowPayment

    async def __call__(self, tg_id: TelegramId, payment_id: PaymentId) -> PaymentView:
        await self.show_payment(tg_id, payment_id)  # Another user's payment is refused before any work.
        with suppress(ChainUnavailable, TimeoutError):  # The job scans again soon.
            async with asyncio.timeout(SCAN_LIMIT_S):
                await self.scan_transfers()
        await self.settle_receipts()
        return await self.show_payment(tg_id, payment_id)

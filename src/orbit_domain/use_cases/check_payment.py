"""A customer says "I have paid": look at once instead of in a moment."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from orbit_domain.ids import PaymentId, TelegramId
from orbit_domain.payment.ports import ChainUnavailable
from orbit_domain.use_cases.scan_transfers import ScanTransfers
from orbit_domain.use_cases.settle_receipts import SettleReceipts
from orbit_domain.use_cases.show_payment import PaymentView, ShowPayment

LOOK_LIMIT_S = 8


@dataclass(frozen=True, slots=True)
class CheckPayment:
    """Nudge the scanner, then show the payment. The tap itself proves nothing. Raises NoSuchPayment."""

    scan_transfers: ScanTransfers
    settle_receipts: SettleReceipts
    show_payment: ShowPayment

    async def __call__(self, tg_id: TelegramId, payment_id: PaymentId) -> PaymentView:
        await self.show_payment(tg_id, payment_id)  # Somebody else's payment is refused before any work.
        with suppress(ChainUnavailable, TimeoutError):  # The loop looks again in a moment.
            async with asyncio.timeout(LOOK_LIMIT_S):
                await self.scan_transfers()
        await self.settle_receipts()
        return await self.show_payment(tg_id, payment_id)

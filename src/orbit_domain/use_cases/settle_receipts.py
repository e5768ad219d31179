"""Credit what arrived to the users it belongs to."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids
from orbit_domain.money import Currency
from orbit_domain.payment.payment import Payment, PaymentPolicy
from orbit_domain.payment.ports import Rates, RateUnavailable
from orbit_domain.payment.receipt import Receipt
from orbit_domain.payment.settlement import is_within_quote
from orbit_domain.payment.transfer import Transfer
from orbit_domain.steps.settle_payment import SettlementContext, settle_payment
from orbit_domain.storage import Storage


@dataclass(frozen=True, slots=True)
class SettleReceipts:
    """Settle the payments of deposits that wait. A deposit without an acceptable rate waits for the next run."""

    storage: Storage
    clock: Clock
    rates: Rates
    policy: PaymentPolicy
    ids: Ids
    source: str
    batch: int = 100

    async def __call__(self) -> int:
        """How many deposits were settled."""
        settled = stuck = 0
        rates = RateCache(self.rates)
        while True:
            async with self.storage.transaction() as tx:
                waiting = await tx.transfers.unprocessed(stuck + self.batch)
            # Deposits without a rate stay in front; those behind them are reached all the same.
            fresh = waiting[stuck:]
            for transfer in fresh:
                done = await self._settle(transfer, rates)
                settled += done
                stuck += not done
            if not fresh:
                return settled

    async def _settle(self, transfer: Transfer, cache: "RateCache") -> bool:
        payment, foreign = await self._unquoted(transfer)
        if payment is None:
            return False
        rates = await cache.of(payment, foreign)
        now = self.clock.now()
        async with self.storage.transaction() as tx:
            cursor = await tx.cursors.get(self.source)
            watermark = cursor.watermark if cursor else None
            context = SettlementContext(now, self.policy, self.ids, watermark, rates)
            settlement = await settle_payment(tx, payment.id, context)
            if any(receipt.external_id == str(transfer.lt) for receipt in settlement.unpriced):
                return False
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
        return payment, tuple(one for one in receipts if not is_within_quote(payment, one, self.policy))


class RateCache:
    """The rates of one run: each asset is requested once, however many receipts wait for it."""

    def __init__(self, rates: Rates) -> None:
        self._rates = rates
        self._known: dict[tuple[Currency, Currency], Fraction | None] = {}

    async def of(self, payment: Payment, foreign: tuple[Receipt, ...]) -> Mapping[str, Fraction]:
        """A rate for each receipt, as far as there is one."""
        base = payment.amount.currency
        priced = {one.ref: await self._rate(one.amount.currency, base) for one in foreign}
        return {ref: rate for ref, rate in priced.items() if rate is not None}

    async def _rate(self, asset: Currency, base: Currency) -> Fraction | None:
        if (asset, base) not in self._known:
            try:
                self._known[asset, base] = (await self._rates.rate(asset, base)).value
            except RateUnavailable:
                self._known[asset, base] = None
        return self._known[asset, base]

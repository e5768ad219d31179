"""Credit what arrived to the users it belongs to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.money import Currency
from orbit_domain.notice.notice import SettlementFailing
from orbit_domain.payment.due import ALERT_AT_ATTEMPT, DuePayment, settle_again_after
from orbit_domain.payment.ports import Rates, RateUnavailable
from orbit_domain.payment.second_word import SecondWords
from orbit_domain.payment.settlement import Settlement
from orbit_domain.steps.notify import notify
from orbit_domain.steps.settle_payment import SettlementContext, settle_due_payment, settle_due_payments
from orbit_domain.storage import Storage, StorageBusy, StorageError, StorageUnavailable, Transaction, transact
from orbit_domain.use_cases.confirm_receipts import ConfirmReceipts

_NO_RATE = "no acceptable rate"
_NO_SECOND_WORD = "no second reader shows it"


@dataclass(frozen=True, slots=True)
class SettleReceipts:
    """Settle every payment that is due, once, however much arrived for it.

    A payment whose settlement fails, or that needs a rate or a second word that nobody gives, waits longer each
    time and holds up no other one; at its third failure the owner is alerted.
    """

    storage: Storage
    clock: Clock
    rates: Rates
    ids: Ids
    owner: TelegramId | None
    confirm_receipts: ConfirmReceipts
    batch: int = 20
    lease: timedelta = timedelta(seconds=60)

    async def __call__(self) -> int:
        """How many payments were settled. Raises the first unexpected error, after all others are done."""
        settled, unexpected = await self.settle_due()
        if unexpected is not None:
            raise unexpected
        return settled

    async def settle_due(self) -> tuple[int, Exception | None]:
        """How many payments were settled, and the first unexpected error, which is recorded with its payment."""
        settled = 0
        unexpected: Exception | None = None
        rates = RateCache(self.rates)
        while True:
            now = self.clock.now()
            async with self.storage.transaction() as tx:
                claimed = await tx.payments_due.claim(now, now + self.lease, self.batch)
            done, failed = await self._settle_together(claimed) if claimed else (frozenset[DuePayment](), None)
            settled, unexpected = settled + len(done), unexpected or failed
            for due in claimed:
                if due in done:
                    continue
                try:
                    settled += await self._settle(due, rates)
                except (StorageBusy, StorageUnavailable):  # The storage failed, not this payment: its lease ends.
                    raise
                except Exception as error:  # One payment that can't be settled doesn't hold up the others.
                    unexpected = unexpected or error
                    await self._postpone(due, type(error).__name__)
            if len(claimed) < self.batch:
                return settled, unexpected

    async def _settle_together(self, claimed: Sequence[DuePayment]) -> tuple[frozenset[DuePayment], Exception | None]:
        """Those that one transaction has settled: none if any of them fails, because each gets one of its own then.

        The error is a bug, even if each can be settled alone; of the storage it is none.
        """
        context = SettlementContext(self.clock.now(), self.ids, SecondWords(self.confirm_receipts.sources))
        try:
            async with self.storage.transaction() as tx:
                return await settle_due_payments(tx, claimed, context), None
        except StorageUnavailable:
            raise
        except Exception as error:
            return frozenset(), None if isinstance(error, StorageError) else error

    async def _settle(self, due: DuePayment, cache: "RateCache") -> bool:
        """Whether everything that arrived could be credited."""
        words = SecondWords(self.confirm_receipts.sources)
        settlement = await self._record(due, words, {})
        # Rates and second words come from other machines: they are asked for only where none is recorded, and nothing
        # is locked meanwhile.
        if settlement.unconfirmed:
            confirmed = await self.confirm_receipts(settlement.payment, settlement.unconfirmed)
            words = SecondWords(words.sources, confirmed)
            settlement = await self._record(due, words, {}) if confirmed else settlement
        if settlement.unpriced:
            settlement = await self._record(due, words, await cache.of(settlement))
        if settlement.waits:
            await self._postpone(due, _NO_RATE if settlement.unpriced else _NO_SECOND_WORD)
        return not settlement.waits

    async def _record(self, due: DuePayment, words: SecondWords, rates: Mapping[str, Fraction]) -> Settlement:
        """Record what *words* and *rates* allow; its `unconfirmed` receipts and `unpriced` shares still wait."""
        return await transact(
            self.storage,
            lambda tx: settle_due_payment(tx, due, SettlementContext(self.clock.now(), self.ids, words, rates)),
        )

    async def _postpone(self, due: DuePayment, reason: str) -> None:
        later = self.clock.now() + settle_again_after(due.attempts + 1)

        async def postpone(tx: Transaction) -> None:
            # Of a second word that is missing the owner hears in a notice of its own.
            if await tx.payments_due.postpone(due, later, reason) and reason != _NO_SECOND_WORD:
                await self._alert(tx, due, reason)

        await transact(self.storage, postpone)

    async def _alert(self, tx: Transaction, due: DuePayment, reason: str) -> None:
        payment = await tx.payments.get(due.payment_id)
        if self.owner is None or payment is None or due.attempts + 1 < ALERT_AT_ATTEMPT:
            return
        notice = SettlementFailing(payment.id, payment.tg_id, reason)
        await notify(tx, self.ids, self.owner, notice, self.clock.now())


class RateCache:
    """The rates of one run: each asset is requested once, however many receipts wait for it."""

    def __init__(self, rates: Rates) -> None:
        self._rates = rates
        self._known: dict[tuple[Currency, Currency], Fraction | None] = {}

    async def of(self, settlement: Settlement) -> Mapping[str, Fraction]:
        """The present rate for each unpriced share, by its receipt's `ref`, as far as there is one."""
        base = settlement.payment.amount.currency
        priced = {one.receipt.ref: await self._rate(one.amount.currency, base) for one in settlement.unpriced}
        return {ref: rate for ref, rate in priced.items() if rate is not None}

    async def _rate(self, asset: Currency, base: Currency) -> Fraction | None:
        if (asset, base) not in self._known:
            try:
                self._known[asset, base] = (await self._rates.rate(asset, base)).value
            except RateUnavailable:
                self._known[asset, base] = None
        return self._known[asset, base]
